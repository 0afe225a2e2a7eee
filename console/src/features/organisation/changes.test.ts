/** What the audit log says of a change. */
import { changesOf, type Say, valueText } from './changes';

const say: Say = {
  nothing: '（空）',
  yes: '是',
  no: '否',
  money: (fen) => `¥${fen / 100}`,
  number: (value) => value.toLocaleString('zh-CN'),
  percent: (ratio) => `${ratio * 100}%`,
  moment: (at) => `时刻 ${at}`,
  word: (field, code) => (field === 'roles' && code === 'owner' ? '所有者' : code),
  definition: () => '订单数至少 3',
};

test('every field that differs is shown once, and nothing is said of what stays empty', () => {
  const before = { name: '旧', gone: 1, same: 5, empty: '' };
  expect(changesOf({ before, after: { name: '新', added: 2, same: 5, empty: null } })).toEqual([
    { field: 'name', before: '旧', after: '新' },
    { field: 'gone', before: 1, after: undefined },
    { field: 'added', before: undefined, after: 2 },
  ]);
  expect(changesOf({ before: null, after: null })).toEqual([]);
  expect(changesOf({ before: null, after: { name: '新', salt: '', excluded: [] } })).toHaveLength(1);
});

test('of settings inside settings only what differs is named', () => {
  const [before, after] = [
    { rfm: { a: 1, b: 2 }, lifecycle: { c: 3 } },
    { rfm: { a: 1, b: 9 }, lifecycle: { c: 3 } },
  ];
  expect(changesOf({ before, after })).toEqual([{ field: 'rfm.b', before: 2, after: 9 }]);
});

test('conditions stay whole, to be said as a sentence', () => {
  const definition = { and: [{ trait: 'orders', op: '>=', value: 3 }] };
  const [change] = changesOf({ before: null, after: { definition } });
  expect(valueText('definition', change?.after, say)).toBe('订单数至少 3');
});

test.each([
  ['default_holdout_basis_points', 1250, '12.5%'], // stored in hundredths of a per cent
  ['monetary_fen', 123450, '¥1234.5'], // money in the smallest unit
  ['price_centifen', 450, '¥0.045'], // a price in hundredths of it
  ['treated', 5300, '5,300'],
  ['segment_id', 1234, '1234'], // a number that names something
  ['excluded_segment_ids', [4, 1234], '4 · 1234'],
  ['needs_approval', false, '否'],
  ['name', '', '（空）'],
  ['roles', ['owner', 'analyst'], '所有者 · analyst'], // a code without a word stays a code
  ['roles', [], '（空）'],
  ['scheduled_at', '2026-11-02T04:00:00+00:00', '时刻 2026-11-02T04:00:00+00:00'],
  ['opens', '09:00:00', '09:00'],
  ['exclusions', [{ reason: 'opt_out', customers: 1720 }], 'opt_out 1,720'],
])('%s %j is said as %s', (field, value, said) => {
  expect(valueText(field, value, say)).toBe(said);
});
