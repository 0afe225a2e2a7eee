/** The button that asks a task to stop, or the word that somebody has already asked. */
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { isOpen } from '@/ui/progress/duration';
import { useCan } from '@/ui/session';
import { type Task, useCancelTask } from '../queries';
import { words } from '../words';

export function CancelTask({ task, size }: { task: Task; size: 'small' | 'middle' }) {
  const w = useWords(words);
  const may = useCan('tasks.cancel');
  const cancel = useCancelTask();
  if (!isOpen(task)) return null;
  if (task.cancel_wanted_by) return <span className="task-note">{w.cancelling(task.cancel_wanted_by)}</span>;
  if (!may) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps the click from opening the row.
    // biome-ignore lint/a11y/noStaticElementInteractions: as above.
    <span onClick={(event) => event.stopPropagation()}>
      <ConfirmButton
        size={size}
        danger
        {...(size === 'small' ? { type: 'link' as const } : {})}
        question={w.cancelQuestion(task.title)}
        detail={w.cancelDetail}
        okText={w.cancel}
        onConfirm={() => cancel(task.task_id)}
      >
        {w.cancel}
      </ConfirmButton>
    </span>
  );
}
