/** The third step: what the map makes of the first rows, and which of them would be rejected. */
import { Alert, Flex, Table } from 'antd';
import { useWords } from '@/ui/i18n';
import { type Kpi, KpiStrip } from '@/ui/kpi-strip';
import { Money, Num } from '@/ui/numbers';
import { useBrand } from '@/ui/session';
import { ErrorBlock } from '@/ui/state-block';
import { type Draft, foreignCurrency } from '../draft';
import type { Preview, Reject } from '../queries';
import { reasonWords } from '../words/fields';
import { words } from '../words/wizard';
import { TypedTable } from './typed-table';

interface CheckStepProps {
  draft: Draft;
  query: { data: Preview | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
}

const numberAt = (counts: Preview['counts'], name: string): number | undefined => {
  const value = counts[name];
  return typeof value === 'number' ? value : undefined;
};

function Counts({ preview, draft }: { preview: Preview; draft: Draft }) {
  const w = useWords(words);
  const brand = useBrand();
  const { counts } = preview;
  const rows = numberAt(counts, 'rows') ?? 0;
  const rejected = numberAt(counts, 'rejected') ?? 0;
  const orders = numberAt(counts, 'orders');
  const customers = numberAt(counts, 'customers');
  const paid = numberAt(counts, 'paid_fen');
  const currency = foreignCurrency(draft, brand.currency) ?? brand.currency;
  const of = (definition: string, unit = w.rowUnit) => ({ definition, unit, period: w.ofFirst });
  const items: Kpi[] = [
    {
      key: 'rows',
      title: w.checkedRows,
      value: <Num value={rows} />,
      unit: w.rowUnit,
      meaning: of(w.checkedMeaning),
    },
    {
      key: 'good',
      title: w.goodRows,
      value: <Num value={rows - rejected} />,
      unit: w.rowUnit,
      meaning: of(w.goodMeaning),
    },
    {
      key: 'bad',
      title: w.badRows,
      value: <Num value={rejected} />,
      unit: w.rowUnit,
      meaning: of(w.badMeaning),
    },
    ...(orders === undefined
      ? []
      : [
          {
            key: 'orders',
            title: w.orders,
            value: <Num value={orders} />,
            unit: w.orderUnit,
            meaning: of(w.ordersMeaning, w.orderUnit),
          },
        ]),
    ...(customers === undefined
      ? []
      : [
          {
            key: 'customers',
            title: w.customers,
            value: <Num value={customers} />,
            unit: w.customerUnit,
            meaning: of(w.customersMeaning, w.customerUnit),
          },
        ]),
    ...(paid === undefined
      ? []
      : [
          {
            key: 'paid',
            title: w.sales,
            value: <Money fen={paid} currency={currency} whole />,
            meaning: of(w.salesMeaning, currency),
          },
        ]),
  ];
  return <KpiStrip items={items} />;
}

function Rejects({ rejected }: { rejected: Reject[] }) {
  const w = useWords(words);
  const reasons: Record<string, string> = useWords(reasonWords);
  return (
    <Table<Reject>
      size="small"
      rowKey={({ line, column, reason_code }) => `${line}/${column}/${reason_code}`}
      pagination={{ pageSize: 10, hideOnSinglePage: true, size: 'small' }}
      scroll={{ x: 720 }}
      dataSource={rejected}
      columns={[
        { key: 'line', dataIndex: 'line', title: w.line, width: 90, align: 'end' },
        { key: 'column', dataIndex: 'column', title: w.column, width: 180 },
        {
          key: 'value',
          title: w.value,
          width: 220,
          ellipsis: true,
          render: (_, { value }) => <code>{value}</code>,
        },
        {
          key: 'reason',
          title: w.reason,
          render: (_, { reason, reason_code }) => (
            <span title={reason}>{reasons[reason_code] ?? reason}</span>
          ),
        },
      ]}
    />
  );
}

export function CheckStep({ draft, query }: CheckStepProps) {
  const w = useWords(words);
  if (query.data === undefined && query.error)
    return (
      <Flex vertical gap={12}>
        <ErrorBlock error={query.error} title={w.checkFailed} onRetry={() => void query.refetch()} />
        <p className="map-unused">{w.checkFailedHelp}</p>
      </Flex>
    );
  if (query.data === undefined) return <KpiStrip items={[]} loading />;
  const { rows, rejected } = query.data;
  return (
    <Flex vertical gap={16}>
      <Counts preview={query.data} draft={draft} />
      {rows.length === 0 ? (
        <Alert type="error" showIcon title={w.noneTyped} />
      ) : (
        <section>
          <h3 className="step-heading">
            {w.typedTitle} <small>{w.typedHelp(rows.length)}</small>
          </h3>
          <TypedTable rows={rows} kind={draft.kind} />
        </section>
      )}
      {rejected.length > 0 ? (
        <section>
          <h3 className="step-heading">{w.rejectedTitle}</h3>
          <Rejects rejected={rejected} />
        </section>
      ) : (
        <Alert type="success" showIcon title={w.noneRejected} />
      )}
    </Flex>
  );
}
