/** The trend compares like with like, and a silent end of the data is noticed. */
import type { Day } from './queries';
import { quietOf, trendOf } from './series';

const daysFrom = (start: string, sales: number[]): Day[] =>
  sales.map((fen, index) => ({
    day: new Date(Date.parse(start) + index * 86_400_000).toISOString().slice(0, 10),
    sales_fen: fen,
    orders: fen > 0 ? 1 : 0,
    buyers: 0,
  }));

test('days are aligned from the end and the partial first day is left out', () => {
  const now = daysFrom('2026-01-08', [9, 1, 2, 3]);
  const before = daysFrom('2026-01-05', [9, 4, 5, 6]);
  expect(trendOf(now, before, 3)).toEqual([
    { day: '2026-01-09', fen: 1, beforeFen: 4 },
    { day: '2026-01-10', fen: 2, beforeFen: 5 },
    { day: '2026-01-11', fen: 3, beforeFen: 6 },
  ]);
});

test('a long period is drawn in whole weeks, the newest one whole', () => {
  const year = daysFrom(
    '2025-01-01',
    Array.from({ length: 366 }, () => 1),
  );
  const weeks = trendOf(year, [], 365);
  expect(weeks).toHaveLength(52);
  expect(weeks.every((week) => week.fen === 7 && week.beforeFen === null)).toBe(true);
});

test('a silence at the end is told with its day', () => {
  expect(quietOf(daysFrom('2026-01-01', [5, 5, 0, 0, 0]))).toEqual({ day: '2026-01-02', days: 3 });
  expect(quietOf(daysFrom('2026-01-01', [5, 5, 0, 0]))).toBeUndefined();
  expect(quietOf(daysFrom('2026-01-01', [0, 0, 0, 0]))).toBeUndefined(); // nothing to point at
});
