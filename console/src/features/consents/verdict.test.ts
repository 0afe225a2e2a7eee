/** What a verification's task says. */
import { verdictOf } from './verdict';

test('a task that ended says whether the seals hold, and which does not', () => {
  expect(verdictOf({ state: 'done', result: { intact: true, entries: 7, seals: 2, fault: null } })).toEqual({
    intact: true,
    entries: 7,
    seals: 2,
    brokenSeal: undefined,
    fault: '',
  });
  const broken = { intact: false, entries: 3, seals: 4, broken_seal: 2, fault: 'entry_changed' };
  expect(verdictOf({ state: 'done', result: broken })?.brokenSeal).toBe(2);
});

test('a task that failed says nothing', () => {
  expect(verdictOf({ state: 'failed', result: null })).toBeUndefined();
  expect(verdictOf({ state: 'done', result: {} })).toBeUndefined();
});
