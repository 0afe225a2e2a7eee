/** Groups fold, stay as they were left, and hide what somebody may not open; Ctrl K goes to a page. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aSession, serve } from '@/test/server';
import { openConsole } from '@/test/show';
import type { FeatureRoute, NavGroup } from '@/ui/feature';

vi.mock('./feature-routes', () => {
  const page = (path: string, title: string, group: NavGroup, permission?: string): FeatureRoute => ({
    path,
    title: { 'zh-CN': title, en: title },
    ...(permission ? { permission } : {}),
    nav: { group, order: 1, icon: null },
    load: async () => () => <h1>{title}</h1>,
  });
  return {
    featureRoutes: [
      page('/', '首页', 'home'),
      page('/customers', '客户列表', 'customers', 'customers.read'),
      page('/consents', '授权', 'compliance', 'customers.read'),
      page('/settings/users', '用户与角色', 'system', 'users.read'),
    ],
  };
});

async function open(address: string) {
  serve({
    'GET /api/v1/auth/me': { body: aSession() },
    'GET /api/v1/me/notices/unread': { body: { unread: 3 } },
  });
  const { featureRoutes } = await import('./feature-routes');
  const router = openConsole(address, featureRoutes);
  await screen.findByRole('heading', { level: 1 });
  return { router, nav: within(screen.getByRole('navigation', { name: '主导航' })) };
}

test('groups open and close, and are remembered', async () => {
  const { nav } = await open('/');
  expect(nav.getByRole('button', { name: '合规' })).toHaveAttribute('aria-expanded', 'false');
  await userEvent.click(nav.getByRole('button', { name: '合规' }));
  expect(nav.getByRole('link', { name: '授权' })).toBeVisible();
  await userEvent.click(nav.getByRole('button', { name: '客户' }));
  expect(nav.queryByRole('link', { name: '客户列表' })).toBeNull();
  expect(JSON.parse(localStorage.getItem('siyu.navigation') ?? '')).toEqual(['marketing', 'compliance']);
});

test('the group of the page that is shown is open, and its link says so', async () => {
  const { nav } = await open('/consents');
  expect(await nav.findByRole('link', { name: '授权' })).toHaveAttribute('aria-current', 'page');
});

test('a group of which somebody may open nothing is not there', async () => {
  const { nav } = await open('/');
  expect(nav.queryByRole('button', { name: '设置' })).toBeNull();
});

test('ctrl k, a few letters and enter lead to a page', async () => {
  const { router } = await open('/');
  await userEvent.keyboard('{Control>}k{/Control}');
  const field = await screen.findByRole('combobox', { name: '转到页面' });
  await userEvent.type(field, 'sq');
  expect(screen.getAllByRole('option')).toHaveLength(1);
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(router.state.location.pathname).toBe('/consents'));
});

test('the bell says how much is unread', async () => {
  await open('/');
  expect(await screen.findByRole('button', { name: '3 条未读通知' })).toBeVisible();
});
