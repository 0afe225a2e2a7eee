/** Typed rows of a preview as a table shows them. */
export type TypedRow = Record<string, unknown>;

export const isMoney = (column: string): boolean => column.endsWith('_fen');
export const isMoment = (column: string): boolean => column.endsWith('_at');

/** What is shown by other means: flags as one word, the currency beside the amount, hashes not at all. */
const HIDDEN = new Set([
  'content_hash',
  'is_paid',
  'is_refund',
  'is_cancelled',
  'currency',
  'customer_namespace',
]);

/** Money of nothing in every row comes from no column of the file. */
const says = (column: string, value: unknown): boolean =>
  value !== null && value !== undefined && value !== '' && !(isMoney(column) && value === 0);

/** Columns that say something in at least one row, in the order of the server. */
export function shownColumns(rows: TypedRow[]): string[] {
  const names = Object.keys(rows[0] ?? {}).filter((name) => !HIDDEN.has(name));
  return names.filter((name) => rows.some((row) => says(name, row[name])));
}

/** Which of our fields a typed column came from: amount_fen is amount. */
export function fieldOfColumn(column: string): string {
  const names: Record<string, string> = {
    paid_fen: 'paid_amount',
    refund_fen: 'refund_amount',
    coupon_discount_fen: 'coupon_discount',
    customer_namespace: 'customer_key',
  };
  return names[column] ?? column.replace(/_fen$/, '');
}

export type RowKind = 'sale' | 'refund' | 'cancelled' | 'unpaid';

/** What an order row is; nothing for other rows. */
export function rowKindOf(row: TypedRow): RowKind | undefined {
  if (!('is_refund' in row)) return undefined;
  if (row.is_cancelled) return 'cancelled';
  if (row.is_refund) return 'refund';
  return row.is_paid ? 'sale' : 'unpaid';
}
