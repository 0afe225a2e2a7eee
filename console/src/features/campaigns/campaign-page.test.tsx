/** The page of a campaign says in plain words what came of it, or who has to act. */
import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { chooseLanguage } from '@/client/language';
import { aSession, serve } from '@/test/server';
import { show } from '@/test/show';
import { SessionProvider } from '@/ui/session';
import { CampaignPage } from './pages/campaign-page';
import type { Campaign, Results } from './queries';

// The pictures need a canvas, which this stand-in for a browser lacks.
vi.mock('@/ui/e-chart', () => ({ EChart: () => null }));

const CAMPAIGN: Campaign = {
  campaign_id: 1,
  kind: 'marketing',
  consent_text_id: null,
  name: '唤醒',
  state: 'sent',
  channel: 'sms',
  segment_id: 1,
  excluded_segment_ids: [],
  audience: null,
  holdout_basis_points: 2000,
  salt: 's',
  template_text: '您好',
  signature: '青禾',
  opt_out_line: '拒收请回复R',
  scheduled_at: null,
  window_days: 30,
  margin_basis_points: 6000,
  price_centifen: 450,
  created_by: 'chen',
  submitted_by: 'chen',
  approved_by: null,
  note: '',
  created_at: '2026-10-26T02:00:00Z',
  updated_at: '2026-10-26T02:00:00Z',
  launched_at: '2026-10-26T02:00:00Z',
  as_of: '2026-10-26T02:00:00Z',
  finished_at: null,
  task_id: null,
  audience_count: 100,
  excluded_count: 0,
  treated_count: 80,
  holdout_count: 20,
  failure: null,
};

function resultsOf(low: number, high: number): Results {
  const arms = [
    { arm: 'treated', n: 80, mean: 3000, standard_error: 1 },
    { arm: 'holdout', n: 20, mean: 2000, standard_error: 1 },
  ];
  const absolute = {
    value: (low + high) / 2,
    standard_error: 1,
    degrees_of_freedom: 90,
    interval: { low, high },
    p_value: 0.01,
    anytime_interval: { low: low - 100, high: high + 100 },
    anytime_p_value: 0.1,
  };
  const effect = {
    control: 'holdout',
    treatment: 'treated',
    side: 'two_sided' as const,
    alpha: 0.05,
    planned_units: 100,
    absolute,
    relative: null,
    cautions: [],
  };
  const metric = { metric: 'sales_fen', arms, effect, capped_at: null, capped_customers: 0 };
  return {
    campaign_id: 1,
    as_of: '2026-11-23T03:00:00Z',
    assigned_at: '2026-10-26T02:00:00Z',
    window_ends_at: '2026-11-25T02:00:00Z',
    final: false,
    currency: 'CNY',
    margin_basis_points: 6000,
    headcount: { audience: 100, eligible: 100, treated: 80, holdout: 20, exclusions: [] },
    sample_ratio: {
      arms: [],
      chi_square: 0,
      degrees_of_freedom: 1,
      p_value: 0.5,
      anytime_p_value: 1,
      alpha: 0.001,
      passed: true,
      unplanned_units: 0,
    },
    funnel: [{ step: 'audience', customers: 100, base: null, share: null }],
    messages: { total: 80, open: 20, delivered: 60, planned: 20, segments: 80 },
    cost_fen: 360,
    sales: metric,
    sales_winsorised: null,
    buyers: { ...metric, metric: 'buyers' },
    returned: {
      cost_fen: 360,
      touched_margin_fen: 1000,
      touched: 2,
      incremental_margin_fen: 900,
      incremental_margin_interval_fen: { low: 100, high: 1700 },
      incremental: 1.5,
      incremental_interval: { low: 0.1, high: 2.9 },
      incremental_anytime_interval: null,
      alpha: 0.05,
    },
    returned_winsorised: null,
    curve: [],
  };
}

const ANSWERS = {
  asked: 8,
  waiting: 3,
  agreed: 2,
  refused: 1,
  unanswered: 2,
  answer_until: '2026-12-01T02:00:00Z',
};

function open(campaign: Partial<Campaign>, results?: Results, session = aSession()) {
  serve({
    'GET /api/v1/campaigns/1/consent-answers': { body: ANSWERS },
    'GET /api/v1/campaigns/1': { body: { ...CAMPAIGN, ...campaign } },
    ...(results ? { 'GET /api/v1/campaigns/1/results': { body: results } } : {}),
  });
  show(
    <SessionProvider value={session}>
      <Routes>
        <Route path="/campaigns/:campaignId" element={<CampaignPage />} />
      </Routes>
    </SessionProvider>,
    '/campaigns/1',
  );
}

test('an effect is one plain sentence, with what holds while the window is open', async () => {
  open({}, resultsOf(522, 1612));
  await screen.findByText(
    '和没有收到短信的同类客户相比，每位客户多消费 ¥10.67（95% 区间 ¥5.22 至 ¥16.12）。',
  );
  expect(screen.getByText(/归因窗口还有 2 天.*随时查看都成立的区间是 ¥4.22 至 ¥17.12/)).toBeInTheDocument();
});

test('the same in English', async () => {
  chooseLanguage('en');
  open({}, resultsOf(522, 1612));
  await screen.findByText(
    'Compared with similar customers who got no SMS, each customer spent ¥10.67 more (95% interval ¥5.22 to ¥16.12).',
  );
});

test('an interval with zero in it is called no effect', async () => {
  open({}, resultsOf(-300, 500));
  await screen.findByText(/看不出短信有效果.*区间 −¥3.00 至 \+¥5.00 包含 0/);
});

test('while messages are on their way it says how far', async () => {
  open({ state: 'sending' }, resultsOf(-300, 500));
  await screen.findByText('60 / 80 条已有结果');
});

test('whoever submitted a campaign is told that somebody else must approve it', async () => {
  const session = aSession({ login: 'chen', permissions: ['campaigns.read', 'campaigns.approve'] });
  const second = { ...session, brand: { ...session.brand, needs_approval: true } };
  open(
    { state: 'awaiting_approval', segment_id: null, launched_at: null, audience_count: null },
    undefined,
    second,
  );
  await screen.findByText(/要由另一位同事批准/);
  expect(screen.queryByRole('button', { name: '批准' })).not.toBeInTheDocument();
});

test('a request for consent shows its answers, and nothing of what it sold', async () => {
  open({ kind: 'consent_request' }, resultsOf(522, 1612));
  await screen.findByText('未答复（视为不同意）');
  expect(screen.getAllByText(/占已征求 25(\.0)?%/)).toHaveLength(2);
  expect(screen.queryByText('增量回报')).not.toBeInTheDocument();
  expect(screen.queryByText('下单')).not.toBeInTheDocument();
});
