/** Why events wait among the rejects, and what can be done about all of one kind. */
import { App, Button } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { Definition } from '@/ui/definition';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { Time } from '@/ui/time';
import { type RejectGroup, useRejectActions, useRejectGroups } from '../queries';
import { words } from '../words/rejects';
import { DropModal } from './drop-modal';
import { ListedCard, type ListedColumn } from './listed-card';
import { MendingModal } from './mending-modal';

/** Says that a task began, with a link to it. */
export function useSayStarted(): (taskId: number) => void {
  const w = useWords(words);
  const { message } = App.useApp();
  const navigate = useNavigate(); // messages are shown outside the router, where links do not work
  return (taskId) =>
    void message.success(
      <span>
        {w.started}{' '}
        <Button type="link" size="small" onClick={() => void navigate(`/tasks?task=${taskId}`)}>
          {w.toTask}
        </Button>
      </span>,
      6,
    );
}

interface ActsProps {
  group: RejectGroup;
  onSee: () => void;
  onMend: () => void;
  onDrop: () => void;
}

function Acts({ group, onSee, onMend, onDrop }: ActsProps) {
  const w = useWords(words);
  const language = useLanguage();
  const edits = useCan('events.edit');
  const { replayAll } = useRejectActions();
  const sayStarted = useSayStarted();
  const chosen = { event: group.event, reason: group.reason, field: group.field };
  return (
    <>
      <Button size="small" type="link" onClick={onSee}>
        {w.see}
      </Button>
      {edits ? (
        <>
          <Button size="small" type="link" onClick={onMend}>
            {w.mend}
          </Button>
          <ConfirmButton
            size="small"
            type="link"
            question={w.replayQuestion(numText(group.events, language), group.event)}
            detail={w.replayDetail}
            okText={w.replay}
            onConfirm={() => replayAll({ ...chosen, steps: [] }).then(({ task_id }) => sayStarted(task_id))}
          >
            {w.replay}
          </ConfirmButton>
          <Button size="small" type="link" danger onClick={onDrop}>
            {w.drop}
          </Button>
        </>
      ) : null}
    </>
  );
}

function useColumns(): ListedColumn<RejectGroup>[] {
  const w = useWords(words);
  return [
    { key: 'event', title: w.event, render: (group) => <code>{group.event}</code> },
    {
      key: 'reason',
      title: w.reason,
      render: (group) => <span title={group.reason}>{group.reason_text}</span>,
    },
    { key: 'field', title: w.field, render: (group) => <code>{group.field}</code> },
    {
      key: 'count',
      title: <Definition of={{ definition: w.countMeaning, unit: w.countUnit }}>{w.count}</Definition>,
      end: true,
      render: (group) => <Num value={group.events} />,
    },
    { key: 'last', title: w.last, render: (group) => <Time at={group.last_received_at} look="relative" /> },
  ];
}

export function RejectGroups({ onSee }: { onSee: (group: RejectGroup) => void }) {
  const w = useWords(words);
  const language = useLanguage();
  const query = useRejectGroups();
  const sayStarted = useSayStarted();
  const [mending, setMending] = useState<RejectGroup>();
  const [dropping, setDropping] = useState<RejectGroup>();
  const waiting = query.data ? w.waiting(numText(query.data.waiting, language)) : '';
  const acts = (group: RejectGroup) => (
    <Acts
      group={group}
      onSee={() => onSee(group)}
      onMend={() => setMending(group)}
      onDrop={() => setDropping(group)}
    />
  );
  return (
    <ListedCard<RejectGroup>
      className="reject-groups"
      title={w.groups}
      extra={<span className="quiet num">{waiting}</span>}
      query={query}
      empty={w.groupsNone}
      columns={useColumns()}
      keyOf={(group) => `${group.event} ${group.reason} ${group.field}`}
      actions={{ title: w.actions, render: acts }}
    >
      {mending ? (
        <MendingModal group={mending} onStarted={sayStarted} onClose={() => setMending(undefined)} />
      ) : null}
      {dropping ? (
        <DropModal
          dropping={{
            event_reject_ids: [],
            event: dropping.event,
            reason: dropping.reason,
            field: dropping.field,
          }}
          onClose={() => setDropping(undefined)}
        />
      ) : null}
    </ListedCard>
  );
}
