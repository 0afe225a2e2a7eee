/** Rows as they will be after the import. */
import { Table } from 'antd';
import { useWords } from '@/ui/i18n';
import { Money } from '@/ui/numbers';
import { type Tone, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import type { Kind } from '../fields';
import {
  fieldOfColumn,
  isMoment,
  isMoney,
  type RowKind,
  rowKindOf,
  shownColumns,
  type TypedRow,
} from '../typed-rows';
import { fieldWords } from '../words/fields';
import { words } from '../words/wizard';

const TONE: Record<RowKind, Tone> = {
  sale: 'good',
  refund: 'warning',
  cancelled: 'neutral',
  unpaid: 'neutral',
};
const COLUMN_WIDTH = 130;
const MOMENT_WIDTH = 150;

function Cell({ column, row }: { column: string; row: TypedRow }) {
  const w = useWords(words);
  const value = row[column];
  if (value === null || value === undefined || value === '') return <>—</>;
  if (isMoney(column) && typeof value === 'number')
    return typeof row.currency === 'string' ? (
      <Money fen={value} currency={row.currency} />
    ) : (
      <Money fen={value} />
    );
  if (isMoment(column) && typeof value === 'string') return <Time at={value} />;
  if (column === 'quantity') return <span className="num">{Number(value)}</span>;
  if (typeof value === 'boolean') return <>{value ? w.yes : w.no}</>;
  return <span title={String(value)}>{String(value)}</span>;
}

export function TypedTable({ rows, kind }: { rows: TypedRow[]; kind: Kind }) {
  const w = useWords(words);
  const fields: Record<string, string> = useWords(fieldWords);
  const shown = shownColumns(rows);
  const numbered = rows.map((row, index) => ({ ...row, _row: index }));
  const kindColumn = {
    key: '_kind',
    title: w.rowKind,
    width: 90,
    render: (_: unknown, row: TypedRow) => {
      const found = rowKindOf(row);
      return found ? <ToneTag tone={TONE[found]}>{w[found]}</ToneTag> : null;
    },
  };
  return (
    <Table<TypedRow>
      size="small"
      rowKey={(row) => String(row._row)}
      pagination={{ pageSize: 10, hideOnSinglePage: true, size: 'small', showSizeChanger: false }}
      scroll={{ x: shown.length * COLUMN_WIDTH }}
      dataSource={numbered}
      columns={[
        ...(kind === 'orders' ? [kindColumn] : []),
        ...shown.map((column) => ({
          key: column,
          title: fields[fieldOfColumn(column)] ?? column,
          width: isMoment(column) ? MOMENT_WIDTH : COLUMN_WIDTH,
          ellipsis: true,
          align: isMoney(column) || column === 'quantity' ? ('end' as const) : ('start' as const),
          render: (_: unknown, row: TypedRow) => <Cell column={column} row={row} />,
        })),
      ]}
    />
  );
}
