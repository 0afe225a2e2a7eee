/** How far work is and how long it took. */
import { durationText, isOpen, percentOf, secondsOf } from './duration';

const work = { state: 'running', done: 0, total: 0, started_at: null, finished_at: null };

test.each([
  [0.4, '0 秒', '0 s'],
  [42, '42 秒', '42 s'],
  [185, '3 分 5 秒', '3 min 5 s'],
  [3720, '1 小时 2 分', '1 h 2 min'],
])('%d seconds are said as %s and %s', (seconds, zh, en) => {
  expect(durationText(seconds, 'zh-CN')).toBe(zh);
  expect(durationText(seconds, 'en')).toBe(en);
});

test.each([
  [{ done: 0, total: 0 }, undefined], // the step has not said how large it is
  [{ done: 1, total: 3 }, 33],
  [{ done: 999, total: 1000 }, 99], // never 100 before the end
  [{ done: 5, total: 3 }, 100], // a count that overshoots stays within the bar
  [{ state: 'done', done: 0, total: 0 }, 100],
])('%j is %s per cent', (changes, percent) => {
  expect(percentOf({ ...work, ...changes })).toBe(percent);
});

test('work that has not started took no time yet', () => {
  expect(secondsOf(work, new Date())).toBeUndefined();
});

test('running work counts until now, finished work until its end', () => {
  const now = new Date('2026-11-23T02:00:30Z');
  const started = { ...work, started_at: '2026-11-23T02:00:00Z' };
  expect(secondsOf(started, now)).toBe(30);
  expect(secondsOf({ ...started, state: 'done', finished_at: '2026-11-23T02:00:12Z' }, now)).toBe(12);
});

test('queued and running work is open, everything else has ended', () => {
  const open = ['queued', 'running', 'done', 'failed', 'cancelled'].filter((state) => isOpen({ state }));
  expect(open).toEqual(['queued', 'running']);
});
