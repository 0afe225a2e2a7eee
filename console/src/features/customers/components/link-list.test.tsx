/** Taking a link back, and deciding a review: seen first, with a reason, and only by who may. */
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { serve } from '@/test/server';
import { show } from '@/test/show';
import type { IdentityGraph, Review } from '../identity-queries';
import { LinkList } from './link-list';
import { ReviewModal } from './review-modal';
import { UnlinkModal } from './unlink-modal';

const said = '2026-01-02T01:30:00Z';
const graph: IdentityGraph = {
  customer_id: 3,
  nodes: [
    {
      identity_id: 1,
      namespace: 'phone',
      value: '138****8000',
      source: 'crm',
      created_at: said,
      quarantined: false,
      founded: 3,
      merged_at: null,
    },
  ],
  others: [],
  edges: [
    {
      edge_id: 7,
      left_id: 1,
      right_id: 2,
      source: 'crm',
      event_id: null,
      batch_id: null,
      authenticated: true,
      overrides: false,
      said_at: said,
      recorded_at: said,
      joins: false,
      other_customer_id: 42,
      said_by: null,
      because: null,
      refused_because: null,
      retracted_by: null,
      retracted_because: null,
      retracted_at: null,
    },
  ],
};
const effect = {
  moves: [{ customer_id: 17, before: 3, after: 17 }],
  identities: [5],
  overruled: [],
  effects: [],
};
const done = { moves: effect.moves, identities_moved: 1, founded: 0 };

test('a refused link leads to the customer of its other end', async () => {
  serve({});
  show(<LinkList graph={graph} />);
  expect(await screen.findByText('未采用')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: '打开客户 42' })).toHaveAttribute('href', '/customers/42');
});

test('who may not merge is offered no way to take a link back', async () => {
  serve({});
  const joining = graph.edges.map((edge) => ({ ...edge, joins: true, other_customer_id: 3 }));
  show(<LinkList graph={{ ...graph, edges: joining }} />);
  expect(await screen.findByText('生效')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: '拆分' })).not.toBeInTheDocument();
});

test('a link is taken back with its reason after the effect was seen', async () => {
  const path = '/api/v1/identity-links/7/retraction';
  const { asked } = serve({ [`GET ${path}`]: { body: effect }, [`POST ${path}`]: { body: done } });
  const closed = vi.fn();
  show(<UnlinkModal edgeId={7} said="这条关联" onClose={closed} />);
  expect(await screen.findByText(/客户 17 重新独立/)).toBeInTheDocument();
  await userEvent.type(screen.getByLabelText('为什么这条关联不对'), '家人的手机号');
  await userEvent.click(screen.getByRole('button', { name: '确认拆分' }));
  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(asked.find(({ method }) => method === 'POST')).toMatchObject({
    path,
    body: { reason: '家人的手机号' },
  });
});

const review: Review = {
  review_id: 9,
  reason: 'unauthenticated',
  state: 'open',
  opened_at: said,
  decided_by: null,
  decided_at: null,
  note: '',
  left: { customer_id: 3, namespace: 'member_no', value: 'A**' },
  right: { customer_id: 17, namespace: 'phone', value: '138****8000' },
};

test('accepting a review shows the effect and the guard that refused it', async () => {
  const path = '/api/v1/identity-reviews/9/accept';
  const merge = {
    moves: [{ customer_id: 17, before: 17, after: 3 }],
    identities: [],
    overruled: [],
    effects: [],
  };
  const { asked } = serve({
    'GET /api/v1/customers/3/merge': { body: merge },
    [`POST ${path}`]: { body: done },
  });
  const closed = vi.fn();
  show(<ReviewModal review={review} verdict="accept" said="双方" onClose={closed} />);
  expect(await screen.findByText('客户 17 此后计入客户 3。')).toBeInTheDocument();
  expect(screen.getByText('来源未核实，不能把两位已识别的客户连在一起')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: '确认合并' }));
  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path, body: { note: '' } });
});

test('a review is dismissed with a note', async () => {
  const path = '/api/v1/identity-reviews/9/dismiss';
  const { asked } = serve({ [`POST ${path}`]: { status: 204 } });
  const closed = vi.fn();
  show(<ReviewModal review={review} verdict="dismiss" said="双方" onClose={closed} />);
  await userEvent.type(await screen.findByLabelText('备注（可不填）'), '已电话核实');
  await userEvent.click(screen.getByRole('button', { name: '确认忽略' }));
  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(asked).toMatchObject([{ path, body: { note: '已电话核实' } }]);
});
