/** Conditions beyond traits become definitions and are named while something is missing. */
import { newSalt, readSpecial, SEGMENT, SHARE, specialPart, TOP } from './special';

const read = (field: string, operator: string, value: unknown) => readSpecial({ field, operator, value });

test.each([
  [SEGMENT, 'not_in_segment', 7, { segment: 7, op: 'not_in' }],
  [SHARE, 'drawn', { of: 0.25, salt: 'a' }, { share: { of: 0.25, salt: 'a' } }],
  [TOP, 'lowest', { n: 3, by: 'orders' }, { top: { n: 3, by: 'orders', order: 'lowest', within: 'all' } }],
])('%s %s is read and complete', (field, operator, value, definition) => {
  expect(read(field, operator, value)).toEqual({ definition, complete: true });
});

test.each([
  [SEGMENT, 'in_segment', ''],
  [SHARE, 'drawn', ''],
  [SHARE, 'drawn', { of: 0.1, salt: '' }], // nothing to draw by
  [TOP, 'highest', { by: 'orders' }],
])('%s %s with %j is not complete', (field, operator, value) => {
  expect(read(field, operator, value)?.complete).toBe(false);
});

test('a definition that leaves out what has a default is shown with it', () => {
  expect(specialPart({ segment: 7 })?.operator).toBe('in_segment');
  expect(specialPart({ top: { n: 1, by: 'orders' } })).toEqual({
    field: TOP,
    operator: 'highest',
    value: { n: 1, by: 'orders', within: 'all' },
  });
  expect(specialPart({ trait: 'orders', op: '=', value: 1 })).toBeUndefined();
});

test('a salt is made anew each time', () => {
  expect(new Set(Array.from({ length: 50 }, newSalt)).size).toBeGreaterThan(45);
});
