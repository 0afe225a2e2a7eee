/** What an import says it brought. */
import { broughtBy, foundNothingNew, reasonsOf } from './outcome';
import type { ImportLine } from './queries';

const run = (changes: Partial<ImportLine>): ImportLine =>
  ({ kind: 'orders', state: 'done', dry_run: false, counts: {}, ...changes }) as ImportLine;

test.each([
  [run({ counts: { order: 12 } }), 12],
  [run({ kind: 'customers', counts: { customers_added: 0 } }), 0],
  [run({ state: 'running', counts: { order: 12 } }), undefined], // not visible before the end
  [run({ state: 'undone', counts: { order: 12 } }), undefined], // it was taken back
  [run({ dry_run: true, counts: { order: 12 } }), undefined], // nothing was written
  [run({ counts: {} }), undefined],
])('%j brought %s', (line, brought) => expect(broughtBy(line)).toBe(brought));

test.each([
  [run({ counts: { order: 0, order_line: 0, refund: 0 } }), true],
  [run({ counts: { order: 0, refund: 1 } }), false], // a refund is new
  [run({ kind: 'customers', counts: { customers_added: 0, customers_changed: 2 } }), false],
  [run({ counts: {} }), false], // nothing was counted yet
  [run({ state: 'failed', counts: { order: 0 } }), false],
])('%j had nothing new: %s', (line, nothing) => expect(foundNothingNew(line)).toBe(nothing));

test('reasons are a list even where none were kept', () => {
  expect(reasonsOf({})).toEqual([]);
  expect(reasonsOf({ reasons: [{ column: 'a', code: 'missing', reason: 'x', count: 3 }] })).toHaveLength(1);
});
