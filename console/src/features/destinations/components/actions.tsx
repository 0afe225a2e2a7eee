/** What may be done with a destination, by its state and by who looks. */
import { App, Button, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { useProblemText } from '@/ui/state-block';
import { type Destination, useDestinationActions } from '../queries';
import { outcomeWords, words } from '../words';
import { EditModal } from './edit-modal';
import { SigningSecret } from './signing-secret';

function RefuseModal({ id, onClose }: { id: number; onClose: () => void }) {
  const w = useWords(words);
  const { refuse } = useDestinationActions();
  const [form] = Form.useForm<{ note: string }>();
  return (
    <FormModal<{ note: string }>
      open
      title={w.refuseTitle}
      okText={w.refuse}
      form={form}
      onSave={({ note }) => refuse(id, note)}
      onClose={onClose}
    >
      <Form.Item
        name="note"
        label={w.note}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.noteNeeded }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
      </Form.Item>
    </FormModal>
  );
}

function Decide({ id }: { id: number }) {
  const w = useWords(words);
  const { approve } = useDestinationActions();
  const [refusing, setRefusing] = useState(false);
  return (
    <>
      <ConfirmButton type="primary" question={w.approveQuestion} onConfirm={() => approve(id)}>
        {w.approve}
      </ConfirmButton>
      <Button onClick={() => setRefusing(true)}>{w.refuse}</Button>
      {refusing ? <RefuseModal id={id} onClose={() => setRefusing(false)} /> : null}
    </>
  );
}

export function Actions({ one }: { one: Destination }) {
  const w = useWords(words);
  const outcomes: Record<string, string> = useWords(outcomeWords);
  const { message } = App.useApp();
  const textOf = useProblemText();
  const navigate = useNavigate();
  const edits = useCan('destinations.edit');
  const approves = useCan('destinations.approve');
  const actions = useDestinationActions();
  const [editing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string>();
  const [testing, setTesting] = useState(false);
  const id = one.destination_id;
  const test = async () => {
    setTesting(true);
    try {
      const { outcome, status, latency_ms } = await actions.test(id);
      if (outcome === 'delivered') message.success(w.testGood(latency_ms));
      else message.error(w.testBad(`${outcomes[outcome] ?? outcome}${status ? ` (${status})` : ''}`));
    } catch (error) {
      message.error(textOf(error));
    } finally {
      setTesting(false);
    }
  };
  const resume = () => actions.resume(id).catch((error: unknown) => message.error(textOf(error)));
  const remove = async () => {
    await actions.remove(id);
    message.success(w.removed);
    void navigate('/destinations');
  };
  const waits = one.state === 'awaiting_approval';
  return (
    <Flex gap={8} wrap>
      {waits && approves ? <Decide id={id} /> : null}
      {edits ? (
        <>
          <Button loading={testing} onClick={() => void test()}>
            {one.kind === 'webhook' ? w.test : w.testPlace}
          </Button>
          {one.kind === 'webhook' ? (
            <>
              <Button onClick={() => setEditing(true)}>{w.edit}</Button>
              <ConfirmButton
                question={w.newSecretQuestion}
                detail={w.newSecretDetail}
                onConfirm={async () => setSecret((await actions.newSecret(id)).secret)}
              >
                {w.newSecret}
              </ConfirmButton>
            </>
          ) : null}
          {one.state === 'active' && one.kind === 'webhook' ? (
            <ConfirmButton
              question={w.pauseQuestion}
              detail={w.pauseDetail}
              onConfirm={() => actions.pause(id)}
            >
              {w.pause}
            </ConfirmButton>
          ) : null}
          {one.state === 'paused' ? (
            <Button type="primary" onClick={() => void resume()}>
              {w.resume}
            </Button>
          ) : null}
          <ConfirmButton
            danger
            question={w.removeQuestion}
            detail={one.kind === 'webhook' ? w.removeDetail : w.removePlaceDetail}
            onConfirm={remove}
          >
            {w.remove}
          </ConfirmButton>
        </>
      ) : null}
      {editing ? <EditModal one={one} onClose={() => setEditing(false)} /> : null}
      {secret ? <SigningSecret secret={secret} onClose={() => setSecret(undefined)} /> : null}
    </Flex>
  );
}
