/** A formula is typed as people write it, stored as the server reads it, and comes back as it was. */
import { type Amounts, readFormula, spanAt, writtenFormula } from './formula';

const YUAN: Amounts = {
  knows: (name) => name !== 'ordrs',
  isMoney: (name) => name.endsWith('_fen'),
  scale: 100,
};
const read = (text: string) => readFormula(text, YUAN);
const orders = { trait: 'orders' };
const sales = { trait: 'sales_fen' };
const days = { trait: 'days' };

test.each([
  ['sales_fen / orders', { '/': [sales, orders] }],
  ['orders', orders],
  ['orders + days + 1', { '+': [orders, days, 1] }], // one sum of three
  ['orders - days - 1', { '-': [{ '-': [orders, days] }, 1] }], // from the left
  ['orders - (days - 1)', { '-': [orders, { '-': [days, 1] }] }],
  ['orders + days * 2', { '+': [orders, { '*': [days, 2] }] }], // × binds more than +
  ['(orders + days) * 2', { '*': [{ '+': [orders, days] }, 2] }],
  ['(orders + days) + 1', { '+': [{ '+': [orders, days] }, 1] }], // as it was bracketed
  ['orders / days * 2', { '*': [{ '/': [orders, days] }, 2] }],
  ['max(orders, days, 1)', { max: [orders, days, 1] }],
  ['round(orders / days, 2)', { round: { '/': [orders, days] }, digits: 2 }],
  ['round(orders)', { round: orders }],
  ['orders + (-3)', { '+': [orders, -3] }],
  ['sales_fen - 50', { '-': [sales, 5_000] }], // beside money a number is an amount
  ['max(sales_fen - 0.5, 0)', { max: [{ '-': [sales, 50] }, 0] }],
  ['sales_fen * 2', { '*': [sales, 2] }], // a factor is no amount
  ['sales_fen / orders - 5', { '-': [{ '/': [sales, orders] }, 500] }],
  ['sales_fen / sales_fen + 1', { '+': [{ '/': [sales, sales] }, 1] }], // a share is no money
  ['coalesce(sales_fen, 0)', { coalesce: [sales, 0] }],
])('%s', (text, formula) => {
  expect(read(text).formula).toEqual(formula);
  expect(writtenFormula(formula, YUAN)).toBe(text);
});

test.each([
  ['sales_fen ÷ orders', { '/': [sales, orders] }],
  ['max（orders，1）', { max: [orders, 1] }], // signs of Chinese texts
  ['-orders', { '*': [orders, -1] }],
  ['  orders*2 ', { '*': [orders, 2] }],
])('%s is read as well', (text, formula) => {
  expect(read(text).formula).toEqual(formula);
});

test.each([
  ['', 'unfinished', [0, 0]],
  ['orders +', 'unfinished', [7, 8]],
  ['orders orders', 'unexpected', [7, 13]],
  ['orders ^ 2', 'unexpected', [7, 8]],
  ['(orders + 1', 'bracket', [0, 1]],
  ['orders + 1)', 'bracket', [10, 11]],
  ['sum(orders)', 'function', [0, 3]],
  ['round(orders, days)', 'digits', [0, 19]],
  ['sales_fen / ordrs', 'unknown', [12, 17]],
])('%j is refused as %s', (text, kind, span) => {
  expect(read(text).fault).toEqual({ kind, span });
  expect(read(text).formula).toBeUndefined();
});

test('a refusal finds the piece of the text that it is about', () => {
  const text = 'sales_fen / max(orderz, 1)';
  const { places } = read(text);
  const piece = (path: string) => text.slice(...(spanAt(places, path) ?? [0, 0]));
  expect(piece('$.formula./[1].max[0].trait')).toBe('orderz');
  expect(piece('$.formula./[1]')).toBe('max(orderz, 1)');
  expect(piece('$.formula')).toBe(text);
});

test('the traits of a formula are named once', () => {
  expect(read('orders / (orders + days)').names).toEqual(['orders', 'days']);
});

test('what is no formula cannot be written', () => {
  expect(() => writtenFormula({ aggregate: 'count' }, YUAN)).toThrow(TypeError);
});
