/** The task centre: every long job, newest first, with live progress. */
import { Button, Flex } from 'antd';
import { Link } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { durationText, isOpen, secondsOf } from '@/ui/progress/duration';
import { WorkProgress, WorkState, wordOf } from '@/ui/progress/work-progress';
import { useCan } from '@/ui/session';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import { useUrlState } from '@/ui/use-url-state';
import '@/ui/progress/work.css';
import '../tasks.css';
import { CancelTask } from '../components/cancel-task';
import { TaskDetail } from '../components/task-detail';
import { useNow } from '../components/use-now';
import { TASKS_LIMIT, type Task, useTasks } from '../queries';
import { kindWords, words } from '../words';

function Took({ task }: { task: Task }) {
  const language = useLanguage();
  const seconds = secondsOf(task, useNow(task.state === 'running'));
  return <span className="num">{seconds === undefined ? '—' : durationText(seconds, language)}</span>;
}

/** The end of a task in one line: why it failed. */
function LastLine({ task }: { task: Task }) {
  const w = useWords(words);
  const language = useLanguage();
  if (isOpen(task)) return <WorkProgress work={task} />;
  if (!task.error) return <span className="task-note">{task.state === 'done' ? w.allDone : ''}</span>;
  const { message, message_zh } = task.error as { message?: string; message_zh?: string };
  const text = (language === 'zh-CN' ? message_zh : message) ?? message ?? '';
  return (
    <span className="task-error" title={text}>
      {text}
    </span>
  );
}

function useColumns(open: (task: Task) => void): DataColumn<Task>[] {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  return [
    {
      key: 'title',
      title: w.task,
      width: 220,
      render: (task) => (
        <div className="task-name">
          <Button type="link" size="small" onClick={() => open(task)}>
            <span>{task.title}</span>
          </Button>
          <small>{wordOf(kinds, task.kind)}</small>
        </div>
      ),
    },
    { key: 'state', title: w.state, width: 110, render: (task) => <WorkState state={task.state} /> },
    {
      key: 'progress',
      title: w.progress,
      meaning: { definition: w.progressMeaning, unit: w.progressUnit },
      render: (task) => <LastLine task={task} />,
    },
    {
      key: 'created_at',
      title: w.createdAt,
      width: 150,
      render: (task) => (
        <>
          <Time at={task.created_at} />
          <span className="task-note" title={w.startedBy}>
            {task.started_by}
          </span>
        </>
      ),
    },
    {
      key: 'duration',
      title: w.duration,
      numeric: true,
      width: 100,
      meaning: { definition: w.durationMeaning, unit: w.durationUnit },
      render: (task) => <Took task={task} />,
    },
    {
      key: 'actions',
      title: w.actions,
      width: 110,
      render: (task) => (
        <Flex gap={4}>
          <CancelTask task={task} size="small" />
        </Flex>
      ),
    },
  ];
}

export function TasksPage() {
  const w = useWords(words);
  const mayImport = useCan('imports.run');
  const state = useTableState({ limit: TASKS_LIMIT });
  const [{ task }, setUrl] = useUrlState({ task: 0 });
  const query = useTasks(state.params.cursor);
  const open = ({ task_id }: Task) => setUrl({ task: task_id });
  const toImports = (
    <Link to="/imports/new">
      <Button>{w.toImports}</Button>
    </Link>
  );
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <DataTable<Task>
        label={w.table}
        rowKey="task_id"
        columns={useColumns(open)}
        query={{ ...query, isFetching: query.isPending || query.isPlaceholderData }}
        state={state}
        empty={{ text: w.empty, action: mayImport ? toImports : null }}
        onRow={open}
        widthMin={900}
      />
      <TaskDetail taskId={task || undefined} onClose={() => setUrl({ task: 0 })} />
    </>
  );
}
