/** Templates' places, times of sending, drafts, approval and verdicts. */
import { aSession } from '@/test/server';
import { changesOf, type Draft, savable } from './draft';
import type { Campaign, Fault, MetricResult, Results } from './queries';
import { daysLeft, earliestOf, instantOf, nextMorning, wallOf } from './schedule';
import { knownOf, mayApprove, STATES } from './stands';
import { inserted, offsetOf, piecesOf, placeOf } from './text';
import { findingOf, holdsZero, settledMessages } from './verdict';

const ZONE = 'Asia/Shanghai';
const HOURS = { opens: '08:00:00', closes: '21:00:00' };

test.each([
  ['abc', 1, 1, 0],
  ['ab\ncd', 2, 2, 4],
  ['🎁您好', 1, 2, 2], // the server counts the emoji as one character, the text field as two
  ['ab', 9, 9, 2], // beyond the end: the end
])('line and column of %j at %d:%d are offset %d', (text, line, column, offset) => {
  expect(offsetOf(text, line, column)).toBe(offset);
});

test('a finding is marked at its excerpt, the worse of two wins', () => {
  const fault = (changes: Partial<Fault>): Fault => ({
    code: 'x',
    severity: 'warning',
    line: 1,
    column: 4,
    excerpt: 'nmae',
    remedy: '',
    remedy_zh: '',
    ...changes,
  });
  expect(placeOf('{{ nmae }}您好', fault({}))).toEqual({ start: 3, end: 7 });
  expect(placeOf('您好', fault({ column: 3, excerpt: '' }))).toEqual({ start: 2, end: 2 });
  const pieces = piecesOf('{{ nmae }}您好', [fault({}), fault({ severity: 'error' })]);
  expect(pieces.map(({ text, severity }) => [text, severity])).toEqual([
    ['{{ ', undefined],
    ['nmae', 'error'],
    [' }}您好', undefined],
  ]);
});

test('a variable is put where the cursor stands', () => {
  expect(inserted('您好', { start: 0, end: 0 }, '{{ name }}')).toEqual({ text: '{{ name }}您好', caret: 10 });
  expect(inserted('某某您好', { start: 0, end: 2 }, '王')).toEqual({ text: '王您好', caret: 1 });
});

test('the clock of the brand decides, not that of the browser', () => {
  expect(instantOf('2026-11-22 09:30', ZONE)).toBe('2026-11-22T01:30:00Z');
  expect(wallOf('2026-11-22T01:30:00Z', ZONE)).toBe('2026-11-22 09:30');
});

test.each([
  ['2026-11-22 09:30', '2026-11-22 09:30'], // inside the window
  ['2026-11-22 07:59', '2026-11-22 08:00'], // before it opens
  ['2026-11-22 21:00', '2026-11-23 08:00'], // it closes at 21:00 sharp
  ['2026-12-31 23:30', '2027-01-01 08:00'], // over the end of a year
])('a message planned for %s goes out from %s', (planned, earliest) => {
  expect(wallOf(earliestOf(instantOf(planned, ZONE), HOURS, ZONE), ZONE)).toBe(earliest);
});

test('tomorrow is the day after today of the brand, wherever the browser stands', () => {
  expect(wallOf(nextMorning(new Date('2026-11-22T20:00:00Z'), ZONE), ZONE)).toBe('2026-11-24 10:00');
});

test('a part of a day counts as a day', () => {
  expect(daysLeft('2026-11-25T02:00:00Z', '2026-11-23T03:00:00Z')).toBe(2);
  expect(daysLeft('2026-11-25T02:00:00Z', '2026-11-26T03:00:00Z')).toBe(0);
});

test('only what differs is saved, and never an empty name', () => {
  const saved = { name: 'a', excluded_segment_ids: [1], window_days: 30 } as Draft;
  expect(changesOf({ ...saved, excluded_segment_ids: [1, 2] }, saved)).toEqual({
    excluded_segment_ids: [1, 2],
  });
  expect(changesOf({ ...saved, name: 'a ' }, saved)).toEqual({}); // the server keeps names without blanks around
  expect(savable({ name: ' ', window_days: 7 })).toEqual({ window_days: 7 });
});

test.each([
  ['lin', true, 'yes'], // a second person
  ['chen', true, 'own'], // the author
  ['chen', false, 'yes'], // the brand asks for no second person
])('%s may approve, second person asked for %s: %s', (login, needs, may) => {
  const campaign = { created_by: 'chen', submitted_by: 'chen' } as Campaign;
  const { user } = aSession({ login, permissions: ['campaigns.approve'] });
  expect(mayApprove(campaign, user, needs)).toBe(may);
  expect(mayApprove(campaign, { ...user, permissions: [] }, needs)).toBe('no');
});

test('an unknown word in the address is no filter', () => {
  expect(knownOf(STATES, 'sent')).toBe('sent');
  expect(knownOf(STATES, 'nonsense')).toBeUndefined();
});

const metric = (low: number, high: number): MetricResult =>
  ({
    effect: {
      absolute: {
        value: (low + high) / 2,
        interval: { low, high },
        anytime_interval: { low: low - 5, high: high + 5 },
      },
    },
  }) as MetricResult;
const results = (passed: boolean, final: boolean): Results =>
  ({ sample_ratio: { passed }, final }) as Results;

test.each([
  [1, 3, true, 'more'],
  [-3, -1, true, 'less'],
  [-1, 3, true, 'none'], // zero is inside
  [0, 3, true, 'none'], // zero is an end
  [1, 3, false, 'untrusted'], // the split went wrong
])('an interval from %d to %d, split passed %s, says %s', (low, high, passed, verdict) => {
  expect(findingOf(metric(low, high), results(passed, true)).verdict).toBe(verdict);
});

test('while the window is open only the anytime interval settles anything', () => {
  expect(findingOf(metric(1, 3), results(true, false)).settled).toBe(false);
  expect(findingOf(metric(6, 9), results(true, false)).settled).toBe(true);
  expect(findingOf(metric(1, 3), results(true, true)).settled).toBe(true);
});

test('without a holdout nothing is said', () => {
  const alone = { effect: null } as MetricResult;
  expect(findingOf(alone, results(true, true)).verdict).toBe('unknown');
  const quiet = {
    effect: { absolute: { value: 0, interval: null, anytime_interval: null } },
  } as MetricResult;
  expect(findingOf(quiet, results(true, false)).verdict).toBe('early'); // nobody has bought yet
  expect(holdsZero({ low: -1, high: 1 })).toBe(true);
  expect(settledMessages({ total: 10, open: 3 })).toBe(7);
});
