/** A task's result is said in words, in one line and in full. */
import { asOf, figuresLine, figuresOf } from './outcome';

const names = { rows: '读到的行', order: '新增订单', order_removed: '移除的订单', paid_fen: '销售额' };
const units = { rows: '行', order: '单', order_removed: '单' };
const line = (kind: string, result: Record<string, unknown> | null) =>
  figuresLine({ kind, result }, names, units, (value) => value.toLocaleString('en'));

test('an import says what it brought, without sums and without what nobody has a word for', () => {
  expect(
    line('import', { rows: 1200, order: 3, paid_fen: 99, max_bad_share: '0.1', needs_batches: [] }),
  ).toBe('读到的行 1,200 行 · 新增订单 3 单');
});

test('the orders of an undo were removed, not added', () => {
  expect(line('undo', { order: 12 })).toBe('移除的订单 12 单');
  expect(figuresOf({ kind: 'undo', result: { removed: 1, order: 2 } })).toEqual({
    removed: 1,
    order_removed: 2,
  });
});

test('a task without a result says nothing', () => {
  expect(line('import', null)).toBe('');
  expect(asOf({ result: null })).toBeUndefined();
  expect(asOf({ result: { as_of: '2026-11-02T04:00:00Z' } })).toBe('2026-11-02T04:00:00Z');
});
