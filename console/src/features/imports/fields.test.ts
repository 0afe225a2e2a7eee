/** Which fields a file must fill, and what is left over. */
import { missingFields, samplesOf, unusedColumns } from './fields';

test.each([
  ['orders', {}, ['ordered_at', 'amount']],
  ['orders', { ordered_at: { column: 't' }, unit_price: { column: 'p' } }, []], // worth quantity times price
  ['orders', { amount: { column: 'a' } }, ['ordered_at']],
  ['stores', { store_key: { column: 'id' } }, []],
  ['stores', { store_key: { column: 'id' }, city: { constant: ' ' } }, ['city']], // a fixed value that says nothing
] as const)('%s with %j still needs %j', (kind, columns, missing) => {
  expect(missingFields(kind, columns)).toEqual(missing);
});

test('columns that nobody reads are named, however their name is spaced', () => {
  const columns = { paid_at: { column: '付款时间' }, channel: { constant: 'x' } };
  expect(unusedColumns(['付款时间 ', '备注'], columns)).toEqual(['备注']);
});

test('samples are different values that hold something', () => {
  const sample = [{ '省 ': '上海' }, { '省 ': '上海' }, { '省 ': null }, { '省 ': '北京' }];
  expect(samplesOf(sample, '省')).toEqual(['上海', '北京']);
});
