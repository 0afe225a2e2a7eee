/** The task centre: every long job, newest first, with live progress; filtered by state and kind. */
import { ReloadOutlined } from '@ant-design/icons';
import { App, Button, Flex, Tooltip } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { durationText, isOpen, secondsOf } from '@/ui/progress/duration';
import { countUnits, countWords, stateWords } from '@/ui/progress/words';
import { WorkProgress, WorkState, wordOf } from '@/ui/progress/work-progress';
import { useCan } from '@/ui/session';
import { useProblemText } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import { useUrlState } from '@/ui/use-url-state';
import '@/ui/progress/work.css';
import { kindWords } from '@/ui/task-words';
import '../tasks.css';
import { CancelTask } from '../components/cancel-task';
import { TaskDetail } from '../components/task-detail';
import { useTaskName } from '../components/task-name';
import { useNow } from '../components/use-now';
import { figuresLine } from '../outcome';
import { STATES, TASKS_LIMIT, type Task, useRefreshTraits, useTasks } from '../queries';
import { starterWords, words } from '../words';

const FILTERS = ['state', 'kind'] as const;

function Took({ task }: { task: Task }) {
  const language = useLanguage();
  const seconds = secondsOf(task, useNow(task.state === 'running'));
  return <span className="num">{seconds === undefined ? '—' : durationText(seconds, language)}</span>;
}

/** How far a task is, what it brought, or why it failed, in one line. */
function LastLine({ task }: { task: Task }) {
  const w = useWords(words);
  const names = useWords(countWords);
  const units = useWords(countUnits);
  const language = useLanguage();
  if (isOpen(task)) return <WorkProgress work={task} />;
  if (!task.error) {
    const said = figuresLine(task, names, units, (value) => numText(value, language));
    return <span className="task-note">{said || (task.state === 'done' ? w.allDone : '')}</span>;
  }
  const { message, message_zh } = task.error as { message?: string; message_zh?: string };
  const text = (language === 'zh-CN' ? message_zh : message) ?? message ?? '';
  return (
    <span className={task.state === 'cancelled' ? 'task-note' : 'task-error'} title={text}>
      {text}
    </span>
  );
}

function useColumns(open: (task: Task) => void): DataColumn<Task>[] {
  const w = useWords(words);
  const kinds: Record<string, string> = useWords(kindWords);
  const states = useWords(stateWords);
  const starters = useWords(starterWords);
  const nameOf = useTaskName();
  return [
    {
      key: 'title',
      title: w.task,
      width: 240,
      filter: {
        name: 'kind',
        options: Object.entries(kinds).map(([value, text]) => ({ value, text })),
        multiple: true,
      },
      render: (task) => (
        <div className="task-name">
          <Button type="link" size="small" onClick={() => open(task)}>
            <span>{nameOf(task).name}</span>
          </Button>
          <small>{nameOf(task).below}</small>
        </div>
      ),
    },
    {
      key: 'state',
      title: w.state,
      width: 120,
      filter: {
        name: 'state',
        options: STATES.map((value) => ({ value, text: states[value] })),
        multiple: true,
      },
      render: (task) => <WorkState state={task.state} />,
    },
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
            {wordOf(starters, task.started_by)}
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

function RefreshButton({ onStarted }: { onStarted: (taskId: number) => void }) {
  const w = useWords(words);
  const may = useCan('segments.edit');
  const refresh = useRefreshTraits();
  const textOf = useProblemText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  if (!may) return null;
  const run = async () => {
    setBusy(true);
    await refresh().then(onStarted, (error: unknown) => void message.error(textOf(error)));
    setBusy(false);
  };
  return (
    <Tooltip title={w.refreshMeaning}>
      <Button icon={<ReloadOutlined />} loading={busy} onClick={() => void run()}>
        {w.refresh}
      </Button>
    </Tooltip>
  );
}

export function TasksPage() {
  const w = useWords(words);
  const mayImport = useCan('imports.run');
  const state = useTableState({ filters: FILTERS, limit: TASKS_LIMIT });
  const [{ task }, setUrl] = useUrlState({ task: 0 });
  const query = useTasks(state.params.cursor, state.filters);
  const open = ({ task_id }: Task) => setUrl({ task: task_id });
  const toImports = (
    <Link to="/imports/new">
      <Button>{w.toImports}</Button>
    </Link>
  );
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={<RefreshButton onStarted={(started) => setUrl({ task: started })} />}
      />
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
