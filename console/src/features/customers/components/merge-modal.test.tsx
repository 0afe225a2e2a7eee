/** Merging: found, looked at, reasoned, sent; and nothing is sent before it was looked at. */
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type Replies, refusal, serve } from '@/test/server';
import { show } from '@/test/show';
import type { Profile } from '../queries';
import { MergeModal } from './merge-modal';

const profile = (customer_id: number, name: string, value: string): Profile => ({
  customer_id,
  name,
  phone: value,
  gender: '',
  birthday: '',
  province: '',
  store_key: '',
  known_at: '2026-01-01T00:00:00Z',
  joined_at: null,
  identities: [{ namespace: 'phone', value, source: 'crm', created_at: '2026-01-01T00:00:00Z' }],
});
const other = profile(3, '王**', '139****0002');
const MERGE = '/api/v1/customers/17/merge';
const preview = {
  moves: [{ customer_id: 17, before: 17, after: 3 }],
  identities: [5],
  overruled: ['unique_conflict'],
  effects: [],
};
const good: Replies = {
  'POST /api/v1/customers/search': { body: { items: [other, profile(17, '李**', '138****0001')] } },
  'GET /api/v1/customers/3': { body: { profile: other, consents: [], reach: [] } },
  [`GET ${MERGE}`]: { body: preview },
  [`POST ${MERGE}`]: { body: { moves: preview.moves, identities_moved: 1, founded: 0 } },
};

function open(replies: Replies = good) {
  const { asked } = serve(replies);
  const closed = vi.fn();
  show(<MergeModal profile={profile(17, '李**', '138****0001')} onClose={closed} />);
  const posted = () => asked.filter(({ method, path }) => method === 'POST' && path === MERGE);
  return { asked, closed, posted };
}

const confirm = () => screen.getByRole('button', { name: '确认合并' });

async function choose() {
  await userEvent.type(await screen.findByRole('searchbox'), '13900000002{Enter}');
  await userEvent.click(await screen.findByRole('radio'));
}

test('two customers are merged after both sides and the effect were seen', async () => {
  const { asked, closed, posted } = open();
  await choose();
  expect(await screen.findByText('客户 17 此后计入客户 3。')).toBeInTheDocument();
  expect(screen.getByText(/双方各有一个只能有一个的身份/)).toBeInTheDocument();
  expect(await screen.findByText('手机号 139****0002')).toBeInTheDocument();
  await userEvent.type(screen.getByLabelText('为什么是同一个人'), '顾客出示了两张会员卡');
  await userEvent.click(confirm());
  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(posted()).toMatchObject([{ body: { other_customer_id: 3, reason: '顾客出示了两张会员卡' } }]);
  expect(asked.find(({ path }) => path.endsWith('/search'))?.body).toMatchObject({ q: '13900000002' });
});

test('the customer themselves are not offered, and nothing can be confirmed before a choice', async () => {
  open();
  expect(await screen.findByRole('searchbox')).toBeInTheDocument();
  expect(confirm()).toBeDisabled();
  await choose();
  expect(screen.getAllByRole('radio')).toHaveLength(1);
});

test('without a reason nothing is sent', async () => {
  const { posted } = open();
  await choose();
  await waitFor(() => expect(confirm()).toBeEnabled());
  await userEvent.click(confirm());
  expect(await screen.findByText('请写 4 到 200 个字的理由')).toBeInTheDocument();
  expect(posted()).toEqual([]);
});

test('who is one customer already cannot be merged again', async () => {
  open({ ...good, [`GET ${MERGE}`]: { body: { moves: [], identities: [], overruled: [], effects: [] } } });
  await choose();
  expect(await screen.findByText('他们已经是同一位客户，无需合并。')).toBeInTheDocument();
  expect(confirm()).toBeDisabled();
});

test('a refusal stays in the window', async () => {
  const { closed } = open({ ...good, [`POST ${MERGE}`]: refusal(409, 'nothing_to_link', '已没有任何身份') });
  await choose();
  await userEvent.type(screen.getByLabelText('为什么是同一个人'), '顾客出示了两张会员卡');
  await waitFor(() => expect(confirm()).toBeEnabled());
  await userEvent.click(confirm());
  expect(await screen.findByText(/已没有任何身份/)).toBeInTheDocument();
  expect(closed).not.toHaveBeenCalled();
});
