/** What the comparison of the two arms says, before it is put into words. */
import type { MetricResult, Results } from './queries';

export type Verdict = 'untrusted' | 'unknown' | 'early' | 'none' | 'more' | 'less';

export interface Bounds {
  low: number;
  high: number;
}

interface Range {
  low: number | null;
  high: number | null;
}

/** An interval with two ends; those that the console asks for always have them. */
export const boundsOf = (range: Range | null | undefined): Bounds | undefined =>
  range && range.low !== null && range.high !== null ? { low: range.low, high: range.high } : undefined;

export const holdsZero = ({ low, high }: Bounds): boolean => low <= 0 && high >= 0;

export interface Finding {
  verdict: Verdict;
  /** Difference per customer, in the metric's unit. */
  value: number;
  bounds: Bounds | undefined;
  /** Holds however often one looks; wider. */
  anytime: Bounds | undefined;
  /** While the window is open: whether the answer would stand whenever one looks. */
  settled: boolean;
}

/** Without a holdout nothing is known; before anybody has bought it is early. A split that went wrong makes every difference unbelievable; an interval with zero in it shows no effect. */
export function findingOf(metric: MetricResult, { sample_ratio, final }: Results): Finding {
  const estimate = metric.effect?.absolute;
  const bounds = boundsOf(estimate?.interval);
  const anytime = boundsOf(estimate?.anytime_interval);
  const value = estimate?.value ?? 0;
  const settled = final || (anytime !== undefined && !holdsZero(anytime));
  const found = (verdict: Verdict): Finding => ({ verdict, value, bounds, anytime, settled });
  if (!estimate) return found('unknown');
  if (!sample_ratio.passed) return found('untrusted');
  if (!bounds) return found('early');
  if (holdsZero(bounds)) return found('none');
  return found(value > 0 ? 'more' : 'less');
}

/** Mean of an arm, if it holds anybody. */
export function meanOf(metric: MetricResult, arm: string): number | undefined {
  const found = metric.arms.find((one) => one.arm === arm);
  return found && found.n > 0 ? found.mean : undefined;
}

/** How many messages are no longer open. */
export const settledMessages = (messages: Record<string, number>): number =>
  (messages.total ?? 0) - (messages.open ?? 0);
