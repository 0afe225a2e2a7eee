/** Conditions about properties of facts survive the builder as well, under their own key and place. */
import type { Conditions } from './condition-builder';
import { emptyConditions, faultyPart, fromDefinition, type Leaves, toDefinition } from './condition-tree';

const PROPERTIES: Leaves = { key: 'property' };
const WHERE = {
  and: [
    { property: 'channel', op: '=', value: 'web' },
    {
      or: [
        { property: 'paid_fen', op: '>=', value: 100 },
        { not: { and: [{ property: 'store_key', op: 'is_known' }] } },
      ],
    },
  ],
};

test('a filter comes back as it was', () => {
  expect(toDefinition(fromDefinition(WHERE, PROPERTIES), PROPERTIES, '$.where').definition).toEqual(WHERE);
});

test('a refusal finds its condition below the place of the filter', () => {
  const conditions = fromDefinition(WHERE, PROPERTIES);
  const { places } = toDefinition(conditions, PROPERTIES, '$.where');
  const group = conditions.rules[1] as Conditions;
  const inner = group.rules[0] as { id?: string };
  expect(faultyPart(places, '$.where.and[1].or[0].value')).toBe(inner.id);
});

test('an empty filter is complete, an empty group in it is not', () => {
  const root = emptyConditions();
  expect(toDefinition(root, PROPERTIES, '$.where').incomplete.size).toBe(0);
  const group = emptyConditions();
  const { incomplete } = toDefinition({ ...root, rules: [group] }, PROPERTIES, '$.where');
  expect([...incomplete]).toEqual([group.id]);
});

test('a condition of another kind is none here', () => {
  expect(() => fromDefinition({ segment: 7, op: 'in' }, PROPERTIES)).toThrow(TypeError);
});
