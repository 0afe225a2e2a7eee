import { expect, test } from 'vitest';
import { daysLeft, dueTone, fileIsThere, isOpen, toneOf } from './standing';

const today = new Date(2026, 10, 23, 9);

test('days are counted to the due day, while somebody waits for an answer', () => {
  expect(daysLeft({ state: 'queued', due_on: '2026-11-26' }, today)).toBe(3);
  expect(daysLeft({ state: 'failed', due_on: '2026-11-20' }, today)).toBe(-3);
  expect(daysLeft({ state: 'done', due_on: '2026-11-20' }, today)).toBeUndefined();
});

test('what is late is said loudly, what is near is said', () => {
  expect([dueTone(-1), dueTone(2), dueTone(9), dueTone(undefined)]).toEqual([
    'bad',
    'warning',
    'neutral',
    'neutral',
  ]);
});

test('a file can be taken for a day', () => {
  const made = { kind: 'export', state: 'done', finished_at: '2026-11-23T00:00:00Z' };
  expect(fileIsThere(made, new Date('2026-11-23T23:59:00Z'))).toBe(true);
  expect(fileIsThere(made, new Date('2026-11-24T00:01:00Z'))).toBe(false);
  expect(fileIsThere({ ...made, kind: 'erasure' }, new Date('2026-11-23T01:00:00Z'))).toBe(false);
});

test('states that are over are not open', () => {
  expect(['queued', 'awaiting_approval', 'done', 'refused'].map((state) => isOpen({ state }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([toneOf('done'), toneOf('running'), toneOf('failed')]).toEqual(['good', 'running', 'bad']);
});
