/** The map: a line tells who said it and by which event, and is taken back from there; the list stays beside it. */
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aSession, serve } from '@/test/server';
import { show } from '@/test/show';
import { SessionProvider } from '@/ui/session';
import type { IdentityGraph } from '../identity-queries';
import type { Profile } from '../queries';
import { IdentitiesCard } from './identities-card';

const said = '2026-01-02T01:30:00Z';
const node = (identity_id: number, namespace: string, value: string) => ({
  identity_id,
  namespace,
  value,
  source: 'crm',
  created_at: said,
  quarantined: false,
  founded: identity_id === 1 ? 3 : null,
  merged_at: null,
});
const edge = (edge_id: number, right_id: number, joins: boolean) => ({
  edge_id,
  left_id: 1,
  right_id,
  source: 'shop',
  event_id: joins ? 'order-17' : null,
  batch_id: null,
  authenticated: true,
  overrides: false,
  said_at: said,
  recorded_at: said,
  joins,
  other_customer_id: joins ? 3 : 42,
  said_by: null,
  because: null,
  refused_because: joins ? null : 'unique_conflict',
  retracted_by: null,
  retracted_because: null,
  retracted_at: null,
});
const graph: IdentityGraph = {
  customer_id: 3,
  nodes: [node(1, 'member_no', 'A**'), node(2, 'phone', '138****8000')],
  edges: [edge(7, 2, true), edge(8, 9, false)],
  others: [{ identity_id: 9, namespace: 'phone', value: '139****1111', quarantined: true, customer_id: 42 }],
};
const profile: Profile = {
  customer_id: 3,
  name: '李**',
  phone: '138****8000',
  gender: '',
  birthday: '',
  province: '',
  store_key: '',
  known_at: said,
  joined_at: null,
  identities: [],
};

function open() {
  serve({ 'GET /api/v1/customers/3/identities': { body: graph } });
  const session = aSession({ permissions: ['customers.read', 'customers.merge'] });
  show(
    <SessionProvider value={session}>
      <IdentitiesCard profile={profile} />
    </SessionProvider>,
  );
}

test('a line tells who said it, when and by which event, and offers to take it back', async () => {
  open();
  const line = await screen.findByRole('button', { name: /^shop 2026-01-02：会员号 A\*\* 与 手机号 138/ });
  await userEvent.click(line);
  const ground = screen.getByRole('region', { name: '这条线的依据' });
  expect(within(ground).getByText(/事件 order-17/)).toBeInTheDocument();
  expect(within(ground).getByRole('button', { name: '拆分' })).toBeInTheDocument();
  await userEvent.click(line);
  expect(screen.queryByRole('region', { name: '这条线的依据' })).not.toBeInTheDocument();
});

test("a refused line leads to somebody else's identity, and there is nothing to take back", async () => {
  open();
  await userEvent.click(await screen.findByRole('button', { name: /139\*\*\*\*1111，未采用$/ }));
  const ground = screen.getByRole('region', { name: '这条线的依据' });
  expect(within(ground).getByText(/双方各有一个只能有一个的身份/)).toBeInTheDocument();
  expect(within(ground).queryByRole('button', { name: '拆分' })).not.toBeInTheDocument();
  expect(screen.getByRole('link', { name: '客户 42' })).toHaveAttribute('href', '/customers/42');
  expect(screen.getByRole('img', { name: '多人共用' })).toBeInTheDocument();
});

test('the same in words is one click away', async () => {
  open();
  await userEvent.click(await screen.findByText('列表'));
  expect(screen.getByRole('list', { name: '为什么是同一个人' })).toBeInTheDocument();
  expect(screen.queryByRole('region', { name: /^身份图/ })).not.toBeInTheDocument();
});
