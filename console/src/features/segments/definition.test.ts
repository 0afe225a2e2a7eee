/** A definition survives the builder and back, and a refusal finds its condition. */
import type { Conditions } from '@/ui/condition-builder';
import { shaped } from '@/ui/condition-tree';
import { faultyPart, fromDefinition, parsed, sameDefinition, toDefinition, traitsIn } from './definition';

const NESTED = {
  and: [
    { trait: 'stage', op: 'in', value: ['lost', 'dormant'] },
    {
      or: [
        { trait: 'sales_fen', op: '>=', value: 19_900 },
        { trait: 'orders', op: 'between', value: [2, 5] },
      ],
    },
    { not: { and: [{ trait: 'is_member', op: '=', value: false }] } },
    { trait: 'first_channel', op: 'is_unknown' },
  ],
};

test.each([
  [NESTED],
  [{ and: [] }], // everybody
  [{ or: [{ trait: 'rfm_class', op: '=', value: '111' }] }],
  [{ not: { or: [{ trait: 'orders', op: '=', value: 0 }] } }],
  [{ and: [{ segment: 7, op: 'not_in' }, { share: { of: 0.1, salt: 'spring' } }] }],
  [
    {
      and: [
        {
          event: {
            aggregate: 'sum',
            fact: 'order',
            where: { and: [{ property: 'channel', op: '=', value: 'web' }] },
            of: 'paid_fen',
            window: { calendar: 'month', offset: -1 },
          },
          op: 'between',
          value: [100, 200],
        },
        { event: { aggregate: 'first', fact: 'order', of: 'channel' }, op: 'is_known' },
        {
          event: { aggregate: 'count', fact: 'order', window: { since: { last: 'wecom_added' } } },
          op: '=',
          value: 0,
        },
        {
          sequence: {
            first: { fact: 'cart_changed' },
            not_then: { fact: 'order' },
            within: { hours: 2 },
            which: 'last',
            window: { days: 30 },
          },
        },
        { sequence: JSON.parse('{"first":{"fact":"search"},"then":{"fact":"order"},"which":"any"}') },
        { first_time: { fact: 'order', window: { days: 7 } } },
      ],
    },
  ],
  [{ and: [{ top: { n: 100, by: 'sales_fen', order: 'lowest', within: 'group' } }] }],
])('%j comes back as it was', (definition) => {
  expect(toDefinition(fromDefinition(definition)).definition).toEqual(definition);
});

test('a bare condition and a bare not become groups that mean the same', () => {
  const bare = { trait: 'orders', op: '>', value: 3 };
  expect(toDefinition(fromDefinition(bare)).definition).toEqual({ and: [bare] });
  expect(toDefinition(fromDefinition({ not: bare })).definition).toEqual({ not: { and: [bare] } });
});

test('a top asks for its trait', () => {
  expect(traitsIn({ and: [{ top: { n: 1, by: 'sales_fen' } }, { segment: 7 }] })).toEqual(['sales_fen']);
});

test('what is not filled in is named and what needs no value is complete', () => {
  const conditions: Conditions = {
    id: 'root',
    combinator: 'and',
    rules: [
      { id: 'a', field: 'orders', operator: '>=', value: '' },
      { id: 'b', field: 'orders', operator: 'between', value: [1] },
      { id: 'c', field: 'stage', operator: 'in', value: '' },
      { id: 'd', field: 'stage', operator: 'is_known', value: '' },
      { id: 'e', field: 'orders', operator: '=', value: 0 },
      { id: 'f', combinator: 'or', rules: [] },
    ],
  };
  expect([...toDefinition(conditions).incomplete]).toEqual(['a', 'b', 'c', 'f']);
});

test.each([
  ['between', 3, [3, undefined]],
  ['in', 'lost', ['lost']],
  ['in', '', []],
  ['=', ['lost', 'dormant'], 'lost'],
] as const)('for %s the value %j is %j', (operator, value, wanted) => {
  expect(shaped(operator, value)).toEqual(wanted);
});

test('a refusal leads to the innermost part it names', () => {
  const conditions = fromDefinition(NESTED);
  const { places } = toDefinition(conditions);
  const second = conditions.rules[1] as Conditions;
  const inner = second.rules[1] as { id?: string };
  expect(faultyPart(places, '人群定义在 $.and[1].or[1].value 处无法读取')).toBe(inner.id);
  expect(faultyPart(places, 'at $.and[1].or: an empty list')).toBe(second.id);
  expect(faultyPart(places, 'no path here')).toBeUndefined();
});

test('the traits of a definition are named once', () => {
  expect(traitsIn({ and: [NESTED, NESTED] })).toEqual([
    'stage',
    'sales_fen',
    'orders',
    'is_member',
    'first_channel',
  ]);
});

test('only a JSON object is a definition', () => {
  expect(parsed('{"and": []}')).toEqual({ and: [] });
  expect(parsed('[1]')).toBeUndefined();
  expect(parsed('{')).toBeUndefined();
});

test('the order of keys makes no other definition', () => {
  const stored = { and: [{ op: '>=', value: 2, trait: 'orders' }] };
  expect(sameDefinition(stored, { and: [{ trait: 'orders', op: '>=', value: 2 }] })).toBe(true);
  expect(sameDefinition(stored, { and: [] })).toBe(false);
  expect(sameDefinition(stored, undefined)).toBe(false);
});
