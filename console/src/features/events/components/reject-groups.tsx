/** Why events wait among the rejects, and what can be done about all of one kind. */
import { App, Button, Card } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { Definition } from '@/ui/definition';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { type RejectGroup, useRejectActions, useRejectGroups } from '../queries';
import { words } from '../words/rejects';
import { DropModal } from './drop-modal';
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
    <span className="reject-group-acts">
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
    </span>
  );
}

export function RejectGroups({ onSee }: { onSee: (group: RejectGroup) => void }) {
  const w = useWords(words);
  const language = useLanguage();
  const query = useRejectGroups();
  const sayStarted = useSayStarted();
  const [mending, setMending] = useState<RejectGroup>();
  const [dropping, setDropping] = useState<RejectGroup>();
  const waiting = query.data ? w.waiting(numText(query.data.waiting, language)) : '';
  return (
    <Card
      className="reject-groups"
      title={w.groups}
      extra={<span className="quiet num">{waiting}</span>}
      styles={{ body: { padding: '4px 16px 12px' } }}
    >
      <StateBlock
        query={query}
        height={140}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.groupsNone }}
      >
        {({ items }) => (
          <table className="event-table" aria-label={w.groups}>
            <thead>
              <tr>
                <th scope="col">{w.event}</th>
                <th scope="col">{w.reason}</th>
                <th scope="col">{w.field}</th>
                <th scope="col" className="end">
                  <Definition of={{ definition: w.countMeaning, unit: w.countUnit }}>{w.count}</Definition>
                </th>
                <th scope="col">{w.last}</th>
                <th scope="col">{w.actions}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((group) => (
                <tr key={`${group.event} ${group.reason} ${group.field}`}>
                  <td>
                    <code>{group.event}</code>
                  </td>
                  <td title={group.reason}>{group.reason_text}</td>
                  <td>
                    <code>{group.field}</code>
                  </td>
                  <td className="end">
                    <Num value={group.events} />
                  </td>
                  <td>
                    <Time at={group.last_received_at} look="relative" />
                  </td>
                  <td>
                    <Acts
                      group={group}
                      onSee={() => onSee(group)}
                      onMend={() => setMending(group)}
                      onDrop={() => setDropping(group)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
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
    </Card>
  );
}
