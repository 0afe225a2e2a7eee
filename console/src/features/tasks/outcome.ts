/** What a task brought home, under names that say what happened to it: an undo takes orders away. */
import { type Counts, shownCounts } from '@/ui/progress/counts';
import type { Task } from './queries';

const LINE_FIGURES = 3;
const NOT_REMOVED = new Set(['removed', 'restored']);

/** The figures of a task's result; those of an undo are called what was removed. */
export function figuresOf({ kind, result }: Pick<Task, 'kind' | 'result'>): Counts {
  if (!result) return {};
  if (kind !== 'undo') return result;
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => [NOT_REMOVED.has(name) ? name : `${name}_removed`, value]),
  );
}

/** The first figures in one line, as 移除的订单 12 单 · 移除的客户 3 人. Sums of money are left to the detail. */
export function figuresLine(
  task: Pick<Task, 'kind' | 'result'>,
  names: Record<string, string>,
  units: Record<string, string>,
  numText: (value: number) => string,
): string {
  return shownCounts(figuresOf(task), Object.keys(names))
    .filter(([name]) => name in names && !name.endsWith('_fen'))
    .slice(0, LINE_FIGURES)
    .map(([name, value]) => [names[name], numText(value), units[name]].filter(Boolean).join(' '))
    .join(' · ');
}

/** The moment a refresh was made for, where there is one. */
export function asOf({ result }: Pick<Task, 'result'>): string | undefined {
  const moment = result?.as_of;
  return typeof moment === 'string' ? moment : undefined;
}
