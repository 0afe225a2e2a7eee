/** What people write as a rule, and what is sent of it. */
import { firstDraft, holdsHidden, objectOf, readValue, stepsOf } from './mending';

test('a rule is complete only when each step is', () => {
  expect(stepsOf([{ do: 'rename_property', name: 'Points', value: '' }])).toBeUndefined();
  expect(stepsOf([{ do: 'drop_property', name: 'x', value: 'of old' }])).toEqual([
    { do: 'drop_property', name: 'x', value: null },
  ]);
  expect(stepsOf([{ do: 'set_version', name: '', value: '' }])).toEqual([
    { do: 'set_version', name: '', value: null },
  ]);
  expect(stepsOf([])).toEqual([]);
});

test('values are what they look like', () => {
  expect([readValue('5'), readValue('1.5'), readValue('true'), readValue('茶'), readValue('')]).toEqual([
    5,
    1.5,
    true,
    '茶',
    '',
  ]);
  expect(readValue('13800138000123456789')).toBe('13800138000123456789');
});

test('the first step offered fits the reason', () => {
  expect(firstDraft('property_mistyped', 'points')[0]).toMatchObject({
    do: 'convert_property',
    name: 'points',
  });
  expect(firstDraft('unknown_event', 'event')[0]).toMatchObject({ do: 'rename_event' });
});

test('hidden values are noticed, and only objects are taken as properties', () => {
  expect([holdsHidden({ a: ['***'] }), holdsHidden({ a: 1 })]).toEqual([true, false]);
  expect([objectOf('[1]'), objectOf('{'), objectOf('{"a":1}')]).toEqual([undefined, undefined, { a: 1 }]);
});
