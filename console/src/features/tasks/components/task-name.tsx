/** What a task is called: a file, a campaign; a refresh by what it does, with its moment below; else by its kind. */
import { useWords } from '@/ui/i18n';
import { wordOf } from '@/ui/progress/work-progress';
import { kindWords } from '@/ui/task-words';
import type { Task } from '../queries';
import { words } from '../words';

const REFRESH = 'insight_refresh';

/** The name and the line below it. */
export function useTaskName(): (task: Task) => { name: string; below: string } {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  return (task) => {
    const kind = wordOf(kinds, task.kind);
    if (!task.title) return { name: kind, below: '' };
    if (task.title.startsWith('#')) return { name: `${kind} ${task.title}`, below: '' };
    return task.kind === REFRESH
      ? { name: kind, below: w.asOf(task.title) }
      : { name: task.title, below: kind };
  };
}
