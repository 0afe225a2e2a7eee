/** What a verification found, read from the result of its task. */
import type { Task } from './queries';

export interface Verdict {
  intact: boolean;
  entries: number;
  seals: number;
  brokenSeal: number | undefined;
  fault: string;
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Nothing where the task did not come to its end. */
export function verdictOf({ state, result }: Pick<Task, 'state' | 'result'>): Verdict | undefined {
  if (state !== 'done' || !result || typeof result.intact !== 'boolean') return undefined;
  return {
    intact: result.intact,
    entries: numberOf(result.entries),
    seals: numberOf(result.seals),
    brokenSeal: typeof result.broken_seal === 'number' ? result.broken_seal : undefined,
    fault: typeof result.fault === 'string' ? result.fault : '',
  };
}
