/** The way in and out of the console. */
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { api, dataOf } from '@/client/client';
import { aSession, type Replies, refusal, serve } from '@/test/server';
import { openConsole } from '@/test/show';
import type { FeatureRoute } from '@/ui/feature';
import { wayBack } from './session-gate';

const nobody = refusal(401, 'signed_out', '请先登录');
const noDemo = { body: { demo: false, demo_logins: [], version: '0.1.0' } };
const pages: FeatureRoute[] = [
  {
    path: '/customers',
    title: { 'zh-CN': '客户', en: 'Customers' },
    permission: 'customers.read',
    load: async () => () => <p>customer list</p>,
  },
  {
    path: '/users',
    title: { 'zh-CN': '用户', en: 'Users' },
    permission: 'users.manage',
    load: async () => () => <p>user list</p>,
  },
];

function open(address: string, replies: Replies = {}) {
  const server = serve({ 'GET /api/v1/meta': noDemo, 'GET /api/v1/auth/me': nobody, ...replies });
  return { ...server, router: openConsole(address, pages), user: userEvent.setup() };
}

async function fillIn(user: ReturnType<typeof userEvent.setup>, password = 'secret-1234') {
  await user.type(await screen.findByLabelText('账号'), 'wang');
  await user.type(screen.getByLabelText('密码'), password);
  await user.click(screen.getByRole('button', { name: '登录' }));
}

test('a stranger is led to the login and back to the page they wanted', async () => {
  const { user, asked, router } = open('/customers?stage=lost', {
    'POST /api/v1/auth/login': { body: aSession() },
  });
  await fillIn(user);
  expect(await screen.findByText('customer list')).toBeInTheDocument();
  expect(router.state.location).toMatchObject({ pathname: '/customers', search: '?stage=lost' });
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    login: 'wang',
    password: 'secret-1234',
  });
});

test('a wrong password is said so and the form stays', async () => {
  const { user } = open('/login', { 'POST /api/v1/auth/login': refusal(401, 'wrong_credentials', 'no') });
  await fillIn(user);
  expect(await screen.findByRole('alert')).toHaveTextContent('账号或密码不正确');
  expect(screen.getByLabelText('账号')).toHaveValue('wang');
});

test('who has a second factor is asked for its code', async () => {
  let tries = 0;
  const { user, asked } = open('/customers', {
    'POST /api/v1/auth/login': () =>
      tries++ === 0 ? refusal(401, 'second_factor_needed', '') : { body: aSession() },
  });
  await fillIn(user);
  await user.type(await screen.findByLabelText('动态码'), '123456');
  await user.click(screen.getByRole('button', { name: '登录' }));
  expect(await screen.findByText('customer list')).toBeInTheDocument();
  expect(asked.filter(({ method }) => method === 'POST').at(-1)?.body).toEqual({
    login: 'wang',
    password: 'secret-1234',
    code: '123456',
  });
});

test('a brand that has it offers its company account', async () => {
  open('/login?brand=tea&refused=subject_unknown', {
    'GET /api/v1/auth/sign-on/offer/tea': { body: { title: '企业账号' } },
  });
  const button = await screen.findByRole('link', { name: '使用企业账号登录' });
  expect(button).toHaveAttribute('href', '/api/v1/auth/sign-on/start/tea');
  expect(screen.getByRole('alert')).toHaveTextContent('尚未关联');
});

test('too many attempts close the button for as long as the server says', async () => {
  const throttled = { ...refusal(429, 'login_throttled', ''), headers: { 'retry-after': '40' } };
  const { user } = open('/login', { 'POST /api/v1/auth/login': throttled });
  await fillIn(user);
  expect(await screen.findByRole('alert')).toHaveTextContent(/请在 (40|39) 秒后再试/);
  expect(screen.getByRole('button', { name: '登录' })).toBeDisabled();
});

test('a handed-out password must be changed before anything else', async () => {
  const server = open('/customers', {
    'GET /api/v1/auth/me': { body: aSession({ must_change_password: true }) },
  });
  server.replies['POST /api/v1/auth/password'] = () => {
    server.replies['GET /api/v1/auth/me'] = { body: aSession() };
    return { status: 204 };
  };
  expect(await screen.findByText('首次登录，请先设置新密码')).toBeInTheDocument();
  expect(screen.queryByText('customer list')).not.toBeInTheDocument();
  const { user } = server;
  await user.type(screen.getByLabelText('当前密码'), 'handed-out-1');
  await user.type(screen.getByLabelText('新密码'), 'my-own-pass-1');
  await user.type(screen.getByLabelText('再输一遍新密码'), 'my-own-pass-2');
  await user.click(screen.getByRole('button', { name: '保存新密码' }));
  expect(await screen.findByText('两次输入的新密码不一致')).toBeInTheDocument();
  await user.clear(screen.getByLabelText('再输一遍新密码'));
  await user.type(screen.getByLabelText('再输一遍新密码'), 'my-own-pass-1');
  await user.click(screen.getByRole('button', { name: '保存新密码' }));
  expect(await screen.findByText('customer list')).toBeInTheDocument();
  const change = server.asked.find(({ path }) => path.endsWith('/password'));
  expect(change?.body).toEqual({ current: 'handed-out-1', new: 'my-own-pass-1' });
  expect(change?.headers.get('x-csrf-token')).toBe('csrf-1');
});

test('a session that ends in the middle leads to the login and says why', async () => {
  const { replies, router } = open('/customers', { 'GET /api/v1/auth/me': { body: aSession() } });
  await screen.findByText('customer list');
  replies['GET /api/v1/auth/me'] = nobody;
  await dataOf(api.GET('/api/v1/auth/me')).catch(() => undefined);
  expect(await screen.findByText(/登录已过期/)).toBeInTheDocument();
  expect(router.state.location.search).toContain('next=%2Fcustomers');
});

test('signing out ends the session', async () => {
  const { user, asked } = open('/customers', {
    'GET /api/v1/auth/me': { body: aSession() },
    'POST /api/v1/auth/logout': { status: 204 },
  });
  await user.click(await screen.findByRole('button', { name: '账号菜单' }));
  await user.click(await screen.findByText('退出登录'));
  expect(await screen.findByLabelText('密码')).toBeInTheDocument();
  expect(asked.some(({ path }) => path.endsWith('/logout'))).toBe(true);
});

test('a page that the roles do not allow is refused in words', async () => {
  open('/users', { 'GET /api/v1/auth/me': { body: aSession() } });
  expect(await screen.findByText('没有查看权限')).toBeInTheDocument();
  expect(screen.queryByText('user list')).not.toBeInTheDocument();
});

test('who may not see the home page lands on the first page they may open', async () => {
  serve({ 'GET /api/v1/meta': noDemo, 'GET /api/v1/auth/me': { body: aSession() } });
  const home: FeatureRoute = {
    path: '/',
    title: { 'zh-CN': '首页', en: 'Home' },
    permission: 'analytics.read',
    load: async () => () => <p>figures</p>,
  };
  const router = openConsole('/', [home, ...pages]);
  await waitFor(() => expect(router.state.location.pathname).not.toBe('/'));
  expect(screen.queryByText('figures')).not.toBeInTheDocument();
});

test('an unknown address has a page of its own', async () => {
  open('/nowhere', { 'GET /api/v1/auth/me': { body: aSession() } });
  expect(await screen.findByText('没有这个页面')).toBeInTheDocument();
});

test('a demo server offers its accounts and one click fills them in', async () => {
  const demo_logins = [{ login: 'operator', password: 'demo-1234', role: '运营' }];
  const { user } = open('/login', {
    'GET /api/v1/meta': { body: { demo: true, demo_logins, version: '0.1.0' } },
  });
  await user.click(within(await screen.findByRole('region', { name: '演示账号' })).getByRole('button'));
  expect(screen.getByLabelText('账号')).toHaveValue('operator');
  expect(screen.getByLabelText('密码')).toHaveValue('demo-1234');
});

test('the console speaks the chosen language, remembers it and tells the page', async () => {
  const { user } = open('/login');
  await user.click(await screen.findByRole('button', { name: /语言/ }));
  await user.click(await screen.findByText('English'));
  expect(await screen.findByText('Welcome back')).toBeInTheDocument();
  await waitFor(() => expect(document.documentElement.lang).toBe('en'));
  expect(localStorage.getItem('siyu.language')).toBe('en');
});

test.each([
  ['/customers?stage=lost', '/customers?stage=lost'],
  [null, '/'],
  ['https://elsewhere.example', '/'], // another site
  ['//elsewhere.example', '/'], // another site without a scheme
  ['/\\elsewhere.example', '/'], // browsers read the backslash as a slash
  ['/login?next=/login', '/'], // no circle
])('the way back from %s is %s', (next, address) => {
  expect(wayBack(next)).toBe(address);
});
