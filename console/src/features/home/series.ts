/** Daily sales made ready for the trend: this period beside the one before, by day or by week. */
import type { Day } from './queries';

const WEEKLY_FROM_DAYS = 180;
const DAY_MS = 86_400_000;

export const isWeekly = (days: number): boolean => days >= WEEKLY_FROM_DAYS;

export interface TrendPoint {
  day: string;
  fen: number;
  /** Null where the period before has no such day. */
  beforeFen: number | null;
}

/** A rolling window touches one calendar day more than it has; the first one is partial and left out. */
const wholeDays = (days: Day[], wanted: number): Day[] => days.slice(-wanted);

const sum = (days: Day[]): number => days.reduce((total, day) => total + day.sales_fen, 0);

/** Weeks are counted back from the last day, so that the newest is whole. */
function weeksOf(days: Day[]): Day[][] {
  const weeks: Day[][] = [];
  for (let end = days.length; end >= 7; end -= 7) weeks.unshift(days.slice(end - 7, end));
  return weeks;
}

export function trendOf(now: Day[], before: Day[], days: number): TrendPoint[] {
  const current = wholeDays(now, days);
  const previous = wholeDays(before, days);
  if (!isWeekly(days))
    return current.map((day, index) => ({
      day: day.day,
      fen: day.sales_fen,
      beforeFen: previous[index]?.sales_fen ?? null,
    }));
  const past = weeksOf(previous);
  return weeksOf(current).map((week, index) => ({
    day: week[0]?.day ?? '',
    fen: sum(week),
    beforeFen: past[index] ? sum(past[index]) : null,
  }));
}

export interface Quiet {
  /** The last day with an order. */
  day: string;
  /** Whole days since without one, up to the day of the data. */
  days: number;
}

/** How long nothing was sold at the end of the period; nothing when that is shorter than `least`. */
export function quietOf(days: Day[], least = 3): Quiet | undefined {
  const last = days.findLast((day) => day.orders > 0)?.day;
  const end = days.at(-1)?.day;
  if (!last || !end) return undefined;
  const gap = Math.round((Date.parse(end) - Date.parse(last)) / DAY_MS);
  return gap >= least ? { day: last, days: gap } : undefined;
}
