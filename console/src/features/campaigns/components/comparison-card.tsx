/** Both arms side by side: means, the difference, and its intervals, raw and without extremes. */
import { Alert, Card, Table } from 'antd';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import type { MetricResult, Results } from '../queries';
import { type Bounds, boundsOf, holdsZero, meanOf } from '../verdict';
import { words as common } from '../words/common';
import { words } from '../words/result';
import { useFigures } from './use-figures';

interface Row {
  key: string;
  title: string;
  definition: string;
  unit: string;
  metric: MetricResult;
  mean: (value: number) => string;
  difference: (value: number) => string;
  /** Without the unit that `tail` says once for both ends. */
  end: (value: number) => string;
  tail: string;
}

function useRows(results: Results): Row[] {
  const w = useWords(words);
  const f = useFigures();
  const money = {
    unit: w.moneyUnit(f.unit),
    mean: f.money,
    difference: f.signedMoney,
    end: f.signedMoney,
    tail: '',
  };
  const capped = results.sales_winsorised;
  return [
    { key: 'sales', title: w.sales, definition: w.salesMeaning, metric: results.sales, ...money },
    ...(capped
      ? [
          {
            key: 'capped',
            title: w.salesCapped,
            definition: w.salesCappedMeaning(
              f.money(capped.capped_at ?? 0),
              f.count(capped.capped_customers),
            ),
            metric: capped,
            ...money,
          },
        ]
      : []),
    {
      key: 'rate',
      title: w.rate,
      definition: w.rateMeaning,
      unit: w.rateUnit,
      metric: results.buyers,
      mean: f.percent,
      difference: f.signedPoints,
      end: f.signedBarePoints,
      tail: ` ${w.pointsUnit}`,
    },
  ];
}

function Range({ bounds, row }: { bounds: Bounds | undefined; row: Row }) {
  const w = useWords(words);
  if (!bounds) return '—';
  const isUnclear = holdsZero(bounds);
  return (
    <span className="cp-two-lines num">
      {row.end(bounds.low)} ~ {row.end(bounds.high)}
      {row.tail}
      <small className={isUnclear ? '' : 'cp-clear'}>{isUnclear ? w.holdsZero : w.clear}</small>
    </span>
  );
}

export function ComparisonCard({ results }: { results: Results }) {
  const w = useWords(words);
  const c = useWords(common);
  const f = useFigures();
  const period = f.period(results);
  const cautions = [...new Set(results.sales.effect?.cautions.concat(results.buyers.effect?.cautions ?? []))];
  const head = (title: string, definition: string, unit: string) => (
    <Definition of={{ definition, unit, period }}>{title}</Definition>
  );
  return (
    <Card title={w.comparison} styles={{ body: { padding: 0 } }}>
      <Table<Row>
        size="middle"
        rowKey="key"
        pagination={false}
        scroll={{ x: 860 }}
        dataSource={useRows(results)}
        columns={[
          {
            key: 'metric',
            title: w.metric,
            render: (_, row) => head(row.title, row.definition, row.unit),
          },
          ...(['treated', 'holdout'] as const).map((arm) => ({
            key: arm,
            title: head(c[arm], c[`${arm}Meaning`], w.sameUnit),
            align: 'end' as const,
            render: (_: unknown, row: Row) => {
              const mean = meanOf(row.metric, arm);
              return <span className="num">{mean === undefined ? '—' : row.mean(mean)}</span>;
            },
          })),
          {
            key: 'difference',
            title: head(w.difference, w.differenceMeaning, w.sameUnit),
            align: 'end',
            render: (_, { metric, difference }) => (
              <b className="num">{metric.effect ? difference(metric.effect.absolute.value) : '—'}</b>
            ),
          },
          {
            key: 'relative',
            title: head(w.relative, w.relativeMeaning, '%'),
            align: 'end',
            render: (_, { metric }) => {
              const relative = metric.effect?.relative;
              const bounds = boundsOf(relative?.interval);
              return (
                <span className="cp-two-lines num">
                  {relative ? f.signedPercent(relative.value) : '—'}
                  {bounds ? <small>{f.both(bounds, f.signedPercent).join(' ~ ')}</small> : null}
                </span>
              );
            },
          },
          {
            key: 'fixed',
            title: head(w.fixed, w.fixedMeaning, w.sameUnit),
            align: 'end',
            render: (_, row) => <Range bounds={boundsOf(row.metric.effect?.absolute.interval)} row={row} />,
          },
          {
            key: 'anytime',
            title: head(w.anytime, w.anytimeMeaning, w.sameUnit),
            align: 'end',
            render: (_, row) => (
              <Range bounds={boundsOf(row.metric.effect?.absolute.anytime_interval)} row={row} />
            ),
          },
        ]}
      />
      {cautions.length > 0 ? (
        <Alert
          banner
          type="warning"
          title={w.cautions}
          description={f.sentences(...cautions.map((one) => w[one]))}
        />
      ) : null}
    </Card>
  );
}
