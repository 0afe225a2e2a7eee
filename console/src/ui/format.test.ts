/** Numbers and times read the same wherever the browser stands. */
import { moneyText, numText, percentText, relativeText, timeText } from './format';

test.each([
  [123_450, 'CNY', 'zh-CN', '¥1,234.50'],
  [0, 'CNY', 'en', '¥0.00'],
  [-500, 'GBP', 'en', '-£5.00'], // a refund
  [1_234, 'JPY', 'zh-CN', '¥1,234'], // no minor unit
] as const)('%i of %s in %s is %s', (fen, currency, language, text) => {
  expect(moneyText(fen, currency, language)).toBe(text);
});

test('large sums leave the decimals out', () => {
  expect(moneyText(486_230_049, 'CNY', 'zh-CN', true)).toBe('¥4,862,300');
});

test('shares and counts carry as many digits as asked', () => {
  expect(percentText(0.917, 'en')).toBe('91.7%');
  expect(numText(4.25, 'zh-CN', 2)).toBe('4.25');
});

test('a time is shown in the zone of the brand, not of the browser', () => {
  const at = '2026-11-21T17:30:05Z';
  expect(timeText(at, 'Asia/Shanghai')).toBe('2026-11-22 01:30');
  expect(timeText(at, 'Europe/London', 'date')).toBe('2026-11-21');
  expect(timeText('2026-11-21T16:00:00Z', 'Asia/Shanghai', 'second')).toBe('2026-11-22 00:00:00'); // midnight is 00, not 24
});

test.each([
  ['2026-11-19T08:00:00Z', 'zh-CN', '3天前'],
  ['2026-11-22T10:00:00Z', 'en', 'in 2 hours'],
  ['2026-11-22T07:59:40Z', 'en', 'this minute'],
] as const)('%s in %s is %s', (at, language, text) => {
  expect(relativeText(at, new Date('2026-11-22T08:00:00Z'), language)).toBe(text);
});
