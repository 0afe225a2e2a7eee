/** A brand without data is shown what to do first; one with data its numbers. */
import { screen } from '@testing-library/react';
import { serve } from '@/test/server';
import { show } from '@/test/show';
import { HomePage } from './home-page';

const words = (zh: string) => ({ zh, en: zh });
const NO_THRESHOLDS = {
  recency_days: null,
  frequency_days: null,
  monetary_fen: null,
  brand_gap_p80: null,
  brand_gap_p90: null,
  classed: 0,
};
const summary = (customers: number) => ({
  as_of: '2026-11-02T04:00:00Z',
  customers,
  stages: [{ stage: 'lost', customers, sales_365d_fen: 12_300 }],
  classes: [],
  grid: [],
  thresholds: NO_THRESHOLDS,
  stage_labels: {},
  class_labels: {},
});
const DAYS = [
  { day: '2026-10-01', sales_fen: 500_000, orders: 3, buyers: 2 },
  ...['2026-10-02', '2026-10-03', '2026-10-04'].map((day) => ({ day, sales_fen: 0, orders: 0, buyers: 0 })),
];
const METRICS = {
  start: '2026-09-04T04:00:00Z',
  end: '2026-10-04T04:00:00Z',
  time_zone: 'Asia/Shanghai',
  metrics: [
    {
      metric: {
        name: 'member_share',
        version: 1,
        unit: 'share',
        label: words('会员销售占比'),
        definition: words('定义'),
        formula: 'a ÷ b',
      },
      value: 0.62,
      previous: 0.6,
      change: 0.033,
    },
  ],
  days: DAYS,
};

test('an empty brand is led to its first import', async () => {
  serve({
    'GET /api/v1/insight/summary': { body: summary(0) },
    'GET /api/v1/insight/metrics': { body: METRICS },
  });
  show(<HomePage />);
  expect(await screen.findByText('三步看到私域的价值')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: '去导入' })).toHaveAttribute('href', '/imports');
});

test('shares are compared in points, stages lead to their customers, silence is told', async () => {
  serve({
    'GET /api/v1/insight/summary': { body: summary(7) },
    'GET /api/v1/insight/metrics': { body: METRICS },
  });
  show(<HomePage />);
  expect(await screen.findByText(/2\.0 个百分点/)).toBeInTheDocument();
  expect(await screen.findByRole('link', { name: '查看流失期的 7 位客户' })).toHaveAttribute(
    'href',
    '/customers?stage=lost',
  );
  expect(await screen.findByText('最近一笔订单在 2026-10-01，之后 3 天没有订单。')).toBeInTheDocument();
});
