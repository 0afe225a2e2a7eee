/** A definition survives the form and back; what is missing is known, and a refusal finds its field. */
import {
  draftOf,
  emptyDraft,
  fieldOf,
  placeIn,
  readDraft,
  suggestedName,
  type TraitDraft,
  withoutPlace,
} from './draft';
import type { Amounts } from './formula';

const YUAN: Amounts = { knows: () => true, isMoney: (name) => name.endsWith('_fen'), scale: 100 };
const read = (draft: TraitDraft) => readDraft(draft, YUAN);
const WEB = { and: [{ property: 'channel', op: '=', value: 'web' }] };

test.each([
  [{ aggregate: 'count', fact: 'order' }], // ever
  [{ aggregate: 'sum', fact: 'order', of: 'paid_fen', where: WEB, window: { days: 90 } }],
  [{ aggregate: 'exists', fact: 'refund', window: { calendar: 'month', offset: -1 } }],
  [{ aggregate: 'gap', fact: 'order', window: { since: { last: 'wecom_added' } } }],
  [{ aggregate: 'last', fact: 'order', of: 'channel', window: { since: { first: 'order', where: WEB } } }],
  [{ formula: { '-': [{ trait: 'sales_fen' }, 500] } }],
])('%j comes back as it was', (definition) => {
  expect(read(draftOf(definition, YUAN)).definition).toEqual(definition);
});

test.each<[string, Partial<TraitDraft>, string]>([
  ['a sum without a property', { measure: 'sum' }, 'of'],
  ['no fact', { fact: undefined }, 'fact'],
  ['a window of no days', { window: { ...emptyDraft().window, days: null } }, 'window'],
  ['a window since nothing', { window: { ...emptyDraft().window, kind: 'since' } }, 'window'],
  ['a formula that is not finished', { kind: 'formula', formula: 'orders +' }, 'formula'],
])('%s is missing something', (_, changes, field) => {
  const found = read({ ...emptyDraft(), ...changes });
  expect([...found.missing]).toEqual([field]);
  expect(found.definition).toBeUndefined();
});

test('a condition without a value is missing in its filter', () => {
  const where = { combinator: 'and', rules: [{ id: 'r', field: 'channel', operator: '=', value: '' }] };
  const found = read({ ...emptyDraft(), where });
  expect([...found.missing]).toEqual(['where']);
  expect(found.places.get('r')).toBe('$.where.and[0]');
});

test.each([
  ['指标定义在 $.where.and[0].value 处无法读取：…', '$.where.and[0].value', 'where'],
  ['The trait cannot be read at $.window.days: a whole number …', '$.window.days', 'window'],
  ['$.window.since.where.and[1]', '$.window.since.where.and[1]', 'sinceWhere'],
  ['没有名为 webb 的内容（位于 $.formula./[1].trait）。', '$.formula./[1].trait', 'formula'],
  ['at $.of', '$.of', 'of'],
  ['指标会依赖自身：a → b → a。', undefined, undefined],
])('%s is about %s', (text, place, field) => {
  expect(placeIn(text)).toBe(place);
  expect(fieldOf(text)).toBe(field);
});

test('a refusal beside its field leaves the place out', () => {
  expect(withoutPlace('The trait cannot be read at $.window.days: a whole number is needed.')).toBe(
    'a whole number is needed.',
  );
  expect(withoutPlace('指标定义在 $.formula.+ 处无法读取：金额与非金额不能放在一起。')).toBe(
    '金额与非金额不能放在一起。',
  );
  expect(withoutPlace('指标会依赖自身：a → a')).toBe('指标会依赖自身：a → a');
});

test('a name is made of what was chosen, and is not one that is taken', () => {
  const sum: TraitDraft = { ...emptyDraft(), measure: 'sum', of: 'paid_fen' };
  expect(suggestedName(sum, new Set())).toBe('order_sum_paid_fen_90d');
  expect(suggestedName(sum, new Set(['order_sum_paid_fen_90d']))).toBe('order_sum_paid_fen_90d_2');
  expect(suggestedName({ ...sum, kind: 'formula' }, new Set())).toBe('formula');
});
