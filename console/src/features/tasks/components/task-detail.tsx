/** One task: its step, its figures, or why it failed. */
import { Descriptions, Drawer, Flex } from 'antd';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { type Title, useLanguage, useWords } from '@/ui/i18n';
import { CountList } from '@/ui/progress/counts';
import { durationText, isOpen, secondsOf } from '@/ui/progress/duration';
import { WorkErrorBlock, WorkProgress, WorkState, wordOf } from '@/ui/progress/work-progress';
import { StateBlock } from '@/ui/state-block';
import { kindWords } from '@/ui/task-words';
import { Time } from '@/ui/time';
import { asOf, figuresOf } from '../outcome';
import { type Task, useTask } from '../queries';
import { starterWords, words } from '../words';
import { CancelTask } from './cancel-task';
import { useTaskName } from './task-name';
import { useNow } from './use-now';

/** Where a kind of task is looked at in full. */
const HOME: Record<string, { path: string; title: Title }> = {
  import: { path: '/imports', title: { 'zh-CN': '数据导入', en: 'Imports' } },
  undo: { path: '/imports', title: { 'zh-CN': '数据导入', en: 'Imports' } },
  insight_refresh: { path: '/', title: { 'zh-CN': '首页', en: 'Home' } },
  tagging: { path: '/customers/tags', title: { 'zh-CN': '标签', en: 'Tags' } },
  tagging_undo: { path: '/customers/tags', title: { 'zh-CN': '标签', en: 'Tags' } },
  namespace_change: {
    path: '/settings/identity-types',
    title: { 'zh-CN': '身份类型', en: 'Identity types' },
  },
  identity_limit_change: {
    path: '/settings/identity-types',
    title: { 'zh-CN': '身份类型', en: 'Identity types' },
  },
  consent_verify: { path: '/consents', title: { 'zh-CN': '授权', en: 'Consent' } },
  campaign_proof: { path: '/campaigns', title: { 'zh-CN': '活动', en: 'Campaigns' } },
  event_replay: { path: '/events/rejects', title: { 'zh-CN': '被拒事件', en: 'Rejected events' } },
  privacy_erasure: { path: '/privacy', title: { 'zh-CN': '隐私台', en: 'Privacy desk' } },
  privacy_export: { path: '/privacy', title: { 'zh-CN': '隐私台', en: 'Privacy desk' } },
  key_rotation: { path: '/privacy?tab=keys', title: { 'zh-CN': '隐私台', en: 'Privacy desk' } },
  campaign_launch: { path: '/campaigns', title: { 'zh-CN': '活动', en: 'Campaigns' } },
};

function Outcome({ task }: { task: Task }) {
  const w = useWords(words);
  if (task.error) return <WorkErrorBlock error={task.error} title={w.failed} />;
  if (isOpen(task)) return <WorkProgress work={task} />;
  const figures = figuresOf(task);
  if (Object.keys(figures).length === 0) return <p className="task-note">{w.noResult}</p>;
  return (
    <>
      <h3 className="task-heading">{w.result}</h3>
      <CountList counts={figures} />
    </>
  );
}

function Detail({ task }: { task: Task }) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const starters = useWords(starterWords);
  const language = useLanguage();
  const seconds = secondsOf(task, useNow(isOpen(task)));
  const home = HOME[task.kind];
  const moment = asOf(task);
  const took = { definition: w.durationMeaning, unit: w.durationUnit };
  return (
    <Flex vertical gap={20}>
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: 'number', label: w.number, children: task.task_id },
          { key: 'kind', label: w.kind, children: wordOf(kinds, task.kind) },
          { key: 'state', label: w.state, children: <WorkState state={task.state} /> },
          { key: 'who', label: w.startedBy, children: wordOf(starters, task.started_by) },
          ...(moment ? [{ key: 'asOf', label: w.dataAsOf, children: <Time at={moment} /> }] : []),
          { key: 'created', label: w.createdAt, children: <Time at={task.created_at} detail="second" /> },
          { key: 'started', label: w.startedAt, children: <Time at={task.started_at} detail="second" /> },
          { key: 'finished', label: w.finishedAt, children: <Time at={task.finished_at} detail="second" /> },
          {
            key: 'took',
            label: <Definition of={took}>{w.duration}</Definition>,
            children: seconds === undefined ? '—' : durationText(seconds, language),
          },
        ]}
      />
      <Outcome task={task} />
      <Flex gap={12} align="center">
        <CancelTask task={task} size="middle" />
        {home ? <Link to={home.path}>{w.goTo(home.title[language])}</Link> : null}
      </Flex>
    </Flex>
  );
}

export function TaskDetail({ taskId, onClose }: { taskId: number | undefined; onClose: () => void }) {
  const w = useWords(words);
  const query = useTask(taskId);
  const nameOf = useTaskName();
  const title = query.data ? nameOf(query.data).name : w.task;
  return (
    <Drawer open={taskId !== undefined} onClose={onClose} size={560} title={title}>
      {taskId === undefined ? null : (
        <StateBlock query={query} height={320}>
          {(task) => <Detail task={task} />}
        </StateBlock>
      )}
    </Drawer>
  );
}
