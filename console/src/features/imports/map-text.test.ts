/** Editing a map by selects leaves everything else that a person wrote in it. */
import { columnsOf, listOf, quoted, settingOf, withList, withRule, withSetting } from './map-text';

const MAP = `# 门店导出
title: 我的订单
kind: orders
currency: CNY   # 元

columns:
  order_key: 订单编号  # 90%: the name
  ordered_at: "订单 时间"
  customer_key: {column: CustomerID, transform: integer_text}
  channel: {constant: 'tmall, 旗舰店'}

dates: ["%Y/%m/%d"]
# Columns of the file that are not used: 备注
`;

test('every way of writing a rule is read', () => {
  expect(columnsOf(MAP)).toEqual({
    order_key: { column: '订单编号' },
    ordered_at: { column: '订单 时间' },
    customer_key: { column: 'CustomerID', transform: 'integer_text' },
    channel: { constant: 'tmall, 旗舰店' },
  });
});

test('a column is changed in its place and nothing else moves', () => {
  const after = withRule(MAP, 'ordered_at', { column: '下单时间' });
  expect(after).toBe(MAP.replace('"订单 时间"', '下单时间'));
});

test('a new field stands at the end of the block, before what follows', () => {
  const after = withRule(MAP, 'amount', { column: '金额(元)' });
  expect(after).toContain('旗舰店\'}\n  amount: "金额(元)"\n\ndates:');
  expect(columnsOf(after).amount).toEqual({ column: '金额(元)' });
});

test('a field that is filled no more is gone', () => {
  const after = withRule(MAP, 'channel', undefined);
  expect(columnsOf(after)).not.toHaveProperty('channel');
  expect(after).toContain('dates:');
});

test('a map without columns gets the block', () => {
  expect(columnsOf(withRule('kind: stores\n', 'store_key', { column: '门店' }))).toEqual({
    store_key: { column: '门店' },
  });
  expect(withRule('kind: stores\n', 'store_key', undefined)).toBe('kind: stores\n');
});

test('a constant and a transform survive being written and read', () => {
  const after = withRule(withRule(MAP, 'province', { constant: 'a "b", c' }), 'store_key', {
    column: '店 号',
    transform: 'digits',
  });
  expect(columnsOf(after).province).toEqual({ constant: 'a "b", c' });
  expect(columnsOf(after).store_key).toEqual({ column: '店 号', transform: 'digits' });
});

test('settings are read without their remark, changed in place, or added above the columns', () => {
  expect(settingOf(MAP, 'currency')).toBe('CNY');
  expect(settingOf(MAP, 'grain')).toBeUndefined();
  expect(settingOf(withSetting(MAP, 'currency', 'GBP'), 'currency')).toBe('GBP');
  expect(withSetting(MAP, 'grain', 'order')).toContain('grain: order\ncolumns:');
});

test.each([
  ['InvoiceNo', 'InvoiceNo'],
  ['订单编号', '订单编号'],
  ['yes', '"yes"'], // YAML would read true
  ['2024', '"2024"'], // YAML would read a number
  ['a: b', '"a: b"'],
  ['Europe/London', '"Europe/London"'],
])('%s is written as %s', (text, written) => expect(quoted(text)).toBe(written));

test('text that is no map has no columns', () => {
  expect(columnsOf('')).toEqual({});
  expect(columnsOf('columns: 3')).toEqual({});
});

test.each([
  ['dates: ["%Y/%m/%d", "%d.%m.%Y %H:%M"]', ['%Y/%m/%d', '%d.%m.%Y %H:%M']],
  ["dates: ['%Y/%m/%d']  # as exported", ['%Y/%m/%d']],
  ['dates:\n  - "%Y/%m/%d"\n- "%d.%m.%Y"\nfile: {}', ['%Y/%m/%d', '%d.%m.%Y']],
  ['dates: []', []],
  ['kind: orders', []],
])('the list in %j is %j', (text, values) => expect(listOf(text, 'dates')).toEqual(values));

test('a list is changed in its place, added above the columns, and left out when empty', () => {
  expect(listOf(withList(MAP, 'dates', ['%d.%m.%Y']), 'dates')).toEqual(['%d.%m.%Y']);
  expect(withList('kind: orders\ncolumns:\n', 'dates', ['%Y%m%d'])).toBe(
    'kind: orders\ndates: ["%Y%m%d"]\ncolumns:\n',
  );
  expect(withList('dates:\n  - "%Y"\nkind: orders', 'dates', [])).toBe('kind: orders');
});
