/** One request: who asked, how far it is, what may be decided, and the proof or the file at its end. */
import { App, Button, Descriptions, Drawer, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { FormModal } from '@/ui/form-modal';
import { useLanguage, useWords } from '@/ui/i18n';
import { WorkErrorBlock, wordOf } from '@/ui/progress/work-progress';
import { useCan, useUser } from '@/ui/session';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import {
  downloadEverything,
  downloadProof,
  type PrivacyRequest,
  usePrivacyActions,
  useRequest,
} from '../queries';
import { daysLeft, fileIsThere, toneOf } from '../standing';
import { kindWords, partWords, stateWords, words } from '../words';
import { ProofView } from './proof-view';

type Step = { part: string; through: boolean; entries?: number };

function Parts({ steps }: { steps: Step[] }) {
  const w = useWords(words);
  const names: Record<string, string> = useWords(partWords);
  if (steps.length === 0) return <span>—</span>;
  return (
    <ul className="privacy-parts">
      {steps.map((step) => (
        <li key={step.part}>
          <span>{wordOf(names, step.part)}</span>
          <small>
            {step.entries === undefined ? (step.through ? w.through : w.pending) : w.entries(step.entries)}
          </small>
        </li>
      ))}
    </ul>
  );
}

function RefuseModal({ requestId, onClose }: { requestId: number; onClose: () => void }) {
  const w = useWords(words);
  const { refuse } = usePrivacyActions();
  const [form] = Form.useForm<{ note: string }>();
  return (
    <FormModal<{ note: string }>
      open
      title={w.refuseTitle}
      okText={w.refuseOk}
      form={form}
      onSave={({ note }) => refuse(requestId, note)}
      onClose={onClose}
    >
      <Form.Item
        name="note"
        label={w.note}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.reasonNeeded }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
      </Form.Item>
    </FormModal>
  );
}

function Actions({ request }: { request: PrivacyRequest }) {
  const w = useWords(words);
  const language = useLanguage();
  const actions = usePrivacyActions();
  const approves = useCan('privacy.approve');
  const asks = useCan('privacy.request');
  const own = request.asked_by === useUser().login;
  const reveals = useCan('customers.reveal');
  const textOf = useProblemText();
  const { message } = App.useApp();
  const [refusing, setRefusing] = useState(false);
  const take = (call: Promise<unknown>) => void call.catch((error: unknown) => message.error(textOf(error)));
  const id = request.request_id;
  const waits = request.state === 'awaiting_approval';
  const done = request.state === 'done';
  return (
    <Flex gap={12} wrap>
      {waits && approves ? (
        <>
          <ConfirmButton
            type="primary"
            danger
            disabled={own}
            question={w.approveQuestion}
            onConfirm={() => actions.approve(id)}
          >
            {w.approve}
          </ConfirmButton>
          <Button onClick={() => setRefusing(true)}>{w.refuse}</Button>
        </>
      ) : null}
      {request.state === 'failed' && asks ? (
        <Button type="primary" onClick={() => take(actions.resume(id))}>
          {w.resume}
        </Button>
      ) : null}
      {done && request.kind === 'erasure' ? (
        <Button type="primary" onClick={() => take(downloadProof(id, language))}>
          {w.proofPage}
        </Button>
      ) : null}
      {asks && reveals && fileIsThere(request, new Date()) ? (
        <Button type="primary" onClick={() => take(downloadEverything(id))}>
          {w.takeFile}
        </Button>
      ) : null}
      {done && request.kind === 'export' && !fileIsThere(request, new Date()) ? (
        <span className="privacy-quiet">{w.fileGone}</span>
      ) : null}
      {refusing ? <RefuseModal requestId={id} onClose={() => setRefusing(false)} /> : null}
    </Flex>
  );
}

function Detail({ request }: { request: PrivacyRequest }) {
  const w = useWords(words);
  const states: Record<string, string> = useWords(stateWords);
  const left = daysLeft(request, new Date());
  const items = [
    {
      key: 'state',
      label: w.state,
      children: <ToneTag tone={toneOf(request.state)}>{wordOf(states, request.state)}</ToneTag>,
    },
    {
      key: 'customer',
      label: w.customer,
      children: <Link to={`/customers/${request.customer_id}`}>{request.customer_id}</Link>,
    },
    { key: 'reason', label: w.reason, children: request.reason },
    { key: 'who', label: w.askedBy, children: request.asked_by },
    { key: 'asked', label: w.askedAt, children: <Time at={request.asked_at} /> },
    {
      key: 'due',
      label: w.due,
      children: `${request.due_on}${left === undefined ? '' : ` · ${w.daysLeft(left)}`}`,
    },
    ...(request.decided_by ? [{ key: 'by', label: w.decidedBy, children: request.decided_by }] : []),
    ...(request.note ? [{ key: 'note', label: w.note, children: request.note }] : []),
    { key: 'end', label: w.finishedAt, children: <Time at={request.finished_at} /> },
    { key: 'parts', label: w.progress, children: <Parts steps={request.steps as unknown as Step[]} /> },
  ];
  const failure = request.failure as { code: string; message: string; message_zh: string } | null;
  return (
    <Flex vertical gap={20}>
      <Descriptions column={1} size="small" items={items} />
      {request.state === 'awaiting_approval' ? <p className="privacy-quiet">{w.waitsOther}</p> : null}
      {failure ? <WorkErrorBlock error={failure} title={w.failed} /> : null}
      <Actions request={request} />
      {request.state === 'done' && request.kind === 'erasure' ? (
        <ProofView requestId={request.request_id} />
      ) : null}
    </Flex>
  );
}

export function RequestDrawer({ requestId, onClose }: { requestId: number; onClose: () => void }) {
  const w = useWords(words);
  const kinds: Record<string, string> = useWords(kindWords);
  const query = useRequest(requestId);
  const title = query.data ? `${wordOf(kinds, query.data.kind)} #${requestId}` : w.number;
  return (
    <Drawer open={requestId > 0} onClose={onClose} size={600} title={title}>
      {requestId > 0 ? (
        <StateBlock query={query} height={320}>
          {(request) => <Detail request={request} />}
        </StateBlock>
      ) : null}
    </Drawer>
  );
}
