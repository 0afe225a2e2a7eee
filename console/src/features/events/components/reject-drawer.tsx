/** One rejected event: why, what it says, and what can be done about it. */
import { Alert, App, Button, Descriptions, Drawer, Flex, Input } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { useCan } from '@/ui/session';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { ReasonTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { holdsHidden, objectOf } from '../mending';
import { type RejectWhole, useReject, useRejectActions } from '../queries';
import { detailWords, words } from '../words/rejects';
import { DropModal } from './drop-modal';

function Facts({ reject }: { reject: RejectWhole }) {
  const w = useWords(words);
  const d = useWords(detailWords);
  const who = reject.identities.map((one) => `${one.namespace} ${one.value}`).join(', ');
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        { key: 'event', label: w.event, children: <code>{reject.event}</code> },
        { key: 'source', label: w.source, children: reject.source },
        { key: 'field', label: w.field, children: <code>{reject.field}</code> },
        { key: 'occurred', label: w.occurred, children: <Time at={reject.occurred_at} detail="second" /> },
        { key: 'received', label: w.received, children: <Time at={reject.received_at} detail="second" /> },
        { key: 'id', label: d.eventId, children: <code>{reject.event_id}</code> },
        { key: 'who', label: d.identities, children: who || d.noIdentities },
        ...(reject.decided_because
          ? [
              {
                key: 'because',
                label: d.because,
                children: `${reject.decided_because} (${reject.decided_by})`,
              },
            ]
          : []),
      ]}
    />
  );
}

function Editor({ reject, onClose }: { reject: RejectWhole; onClose: () => void }) {
  const d = useWords(detailWords);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const { mend, replay } = useRejectActions();
  const [name, setName] = useState(reject.event);
  const [text, setText] = useState(JSON.stringify(reject.properties, null, 2));
  const [busy, setBusy] = useState(false);
  const [dropping, setDropping] = useState(false);
  const original = JSON.stringify(reject.properties, null, 2);
  const properties = objectOf(text);
  const changed = {
    ...(name === reject.event ? {} : { event: name }),
    ...(text === original || !properties ? {} : { properties }),
  };
  const touched = text !== original || name !== reject.event;
  const hides = text !== original && holdsHidden(properties);
  const act = async (again: boolean) => {
    setBusy(true);
    try {
      if (touched) await mend(reject.event_reject_id, changed);
      if (again) await replay([reject.event_reject_id]);
      message.success(again ? d.replayed : d.saved);
      if (again) onClose();
    } catch (error) {
      message.error(textOf(error));
    }
    setBusy(false);
  };
  const blocked = !properties || hides || !name;
  return (
    <>
      <label htmlFor="reject-event">{d.eventName}</label>
      <Input id="reject-event" value={name} maxLength={64} onChange={({ target }) => setName(target.value)} />
      <label htmlFor="reject-properties">{d.editProperties}</label>
      <Input.TextArea
        id="reject-properties"
        className="mono"
        value={text}
        autoSize={{ minRows: 6, maxRows: 18 }}
        onChange={({ target }) => setText(target.value)}
      />
      <p className="quiet">{properties ? d.propertiesHelp : d.jsonNeeded}</p>
      {hides ? <Alert type="warning" showIcon title={d.hiddenHelp} /> : null}
      <Flex gap={8} justify="flex-end">
        <Button danger onClick={() => setDropping(true)}>
          {d.drop}
        </Button>
        <Button disabled={!touched || blocked} loading={busy} onClick={() => void act(false)}>
          {d.save}
        </Button>
        <Button type="primary" disabled={touched && blocked} loading={busy} onClick={() => void act(true)}>
          {touched ? d.saveReplay : d.replay}
        </Button>
      </Flex>
      {dropping ? (
        <DropModal
          dropping={{ event_reject_ids: [reject.event_reject_id] }}
          onClose={() => setDropping(false)}
        />
      ) : null}
    </>
  );
}

export function RejectDrawer({ rejectId, onClose }: { rejectId: number | undefined; onClose: () => void }) {
  const d = useWords(detailWords);
  const edits = useCan('events.edit');
  const query = useReject(rejectId);
  return (
    <Drawer open={rejectId !== undefined} onClose={onClose} size={600} title={d.title}>
      {rejectId === undefined ? null : (
        <StateBlock query={query} height={320}>
          {(reject) => (
            <Flex vertical gap={14}>
              <p>
                <ReasonTag code={reject.reason} tone="warning" label={reject.reason} /> {reject.reason_text}
              </p>
              <Facts reject={reject} />
              {edits && reject.state === 'waiting' ? (
                <Editor key={reject.event_reject_id} reject={reject} onClose={onClose} />
              ) : (
                <JsonView value={reject.properties} label={d.content} />
              )}
            </Flex>
          )}
        </StateBlock>
      )}
    </Drawer>
  );
}
