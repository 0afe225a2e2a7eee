/** How typed rows are shown before an import. */
import { fieldOfColumn, rowKindOf, shownColumns } from './typed-rows';

test('columns without a single value are left out, flags and hashes too', () => {
  const rows = [
    { content_hash: 'x', order_key: 'A1', province: null, is_paid: true, amount_fen: 0, paid_fen: 0 },
    { content_hash: 'y', order_key: 'A2', province: '', is_paid: true, amount_fen: 100, paid_fen: 0 },
  ];
  expect(shownColumns(rows)).toEqual(['order_key', 'amount_fen']);
  expect(shownColumns([])).toEqual([]);
});

test.each([
  ['amount_fen', 'amount'],
  ['paid_fen', 'paid_amount'],
  ['ordered_at', 'ordered_at'],
])('%s comes from %s', (column, field) => expect(fieldOfColumn(column)).toBe(field));

test.each([
  [{ is_refund: false, is_cancelled: false, is_paid: true }, 'sale'],
  [{ is_refund: true, is_cancelled: false, is_paid: true }, 'refund'],
  [{ is_refund: false, is_cancelled: true, is_paid: true }, 'cancelled'], // cancelled wins
  [{ is_refund: false, is_cancelled: false, is_paid: false }, 'unpaid'],
  [{ phone: '1' }, undefined], // a customer is no sale
])('%j is %s', (row, kind) => expect(rowKindOf(row)).toBe(kind));
