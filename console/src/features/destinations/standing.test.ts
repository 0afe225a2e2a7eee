import { expect, test } from 'vitest';
import { hostOf, pausedItself, placeOf, shownState, toneOf } from './standing';

const good = { kind: 'webhook', state: 'active', failures: 0, not_before: null, pause_reason: null } as const;

test('a destination that fails is shown as troubled before it is paused', () => {
  expect(shownState(good)).toBe('active');
  expect(shownState({ ...good, failures: 2 })).toBe('troubled');
  expect(toneOf({ ...good, failures: 2 })).toBe('warning');
  expect(shownState({ ...good, kind: 'folder' })).toBe('ready');
});

test('what paused itself is louder than what somebody paused', () => {
  const paused = { ...good, state: 'paused', failures: 20 } as const;
  expect(pausedItself({ ...paused, pause_reason: 'failures' })).toBe(true);
  expect(toneOf({ ...paused, pause_reason: 'failures' })).toBe('bad');
  expect(toneOf({ ...paused, pause_reason: 'person' })).toBe('neutral');
  expect(shownState({ ...paused, pause_reason: 'person' })).toBe('paused');
});

test('a place is told in few words', () => {
  expect(placeOf({ kind: 'folder', settings: { folder: 'crm/in' } })).toBe('crm/in');
  expect(placeOf({ kind: 'bucket', settings: { bucket: 'lake', prefix: '' } })).toBe('s3://lake');
  expect(placeOf({ kind: 'bucket', settings: { bucket: 'lake', prefix: 'tea' } })).toBe('s3://lake/tea');
});

test('an address is told by its host', () => {
  expect(hostOf('https://crm.example.com:8443/in?x=1')).toBe('crm.example.com:8443');
  expect(hostOf('nonsense')).toBe('nonsense');
});
