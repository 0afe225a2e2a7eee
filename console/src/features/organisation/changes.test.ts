/** What the audit log says of a change. */
import { changesOf, valueText } from './changes';

const w = { nothing: '（空）', yes: '是', no: '否' };

test('every field that either side names is shown once', () => {
  expect(changesOf({ before: { name: '旧', a: 1 }, after: { name: '新', b: 2 } })).toEqual([
    { field: 'name', before: '旧', after: '新' },
    { field: 'a', before: 1, after: undefined },
    { field: 'b', before: undefined, after: 2 },
  ]);
  expect(changesOf({ before: null, after: null })).toEqual([]);
});

test.each([
  ['default_holdout_basis_points', 1250, '12.5%'], // stored in hundredths of a per cent
  ['needs_approval', false, '否'],
  ['name', '', '（空）'],
  ['roles', ['owner', 'analyst'], '所有者 · analyst'], // a code without a word stays a code
  ['roles', [], '（空）'],
  ['margin', { a: 1 }, '{"a":1}'],
])('%s %j is said as %s', (field, value, said) => {
  expect(valueText(field, value, w, (code) => (code === 'owner' ? '所有者' : code))).toBe(said);
});
