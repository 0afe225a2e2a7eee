/** What came to a webhook, what became of it, and those that failed once more. */
import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { objectOf } from '../mending';
import { useWebhookActions, useWebhookBodies, type Webhook, type WebhookBody } from '../queries';
import { words } from '../words/webhooks';

function Outcome({ body }: { body: WebhookBody }) {
  const w = useWords(words);
  if (body.state === 'failed') return <ToneTag tone="bad">{w.failed}</ToneTag>;
  return body.state === 'mapped' ? (
    <ToneTag tone="good">{w.mapped}</ToneTag>
  ) : (
    <ToneTag tone="neutral">{w.dropped}</ToneTag>
  );
}

function Rows({ items, onShow }: { items: WebhookBody[]; onShow: ((id: number) => void) | undefined }) {
  const w = useWords(words);
  return (
    <table className="event-table">
      <thead>
        <tr>
          <th scope="col">{w.received}</th>
          <th scope="col">{w.state}</th>
          <th scope="col" className="end">
            {w.events}
          </th>
          <th scope="col">{w.problem}</th>
          <th scope="col">{w.actions}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((body) => (
          <tr key={body.body_id}>
            <td>
              <Time at={body.received_at} detail="second" />
              <div className="quiet">
                <Num value={body.body_bytes} unit={w.bytes} />
              </div>
            </td>
            <td>
              <Outcome body={body} />
            </td>
            <td className="end">
              <Num value={body.events} />
            </td>
            <td>
              {body.problem_part ? w.problemAt(body.problem_part) : ''}
              {body.problem_text}
            </td>
            <td>
              {onShow ? (
                <Button type="link" size="small" onClick={() => onShow(body.body_id)}>
                  {w.show}
                </Button>
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function WebhookBodies({ of, onClose }: { of: Webhook; onClose: () => void }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const edits = useCan('events.edit');
  const reveals = useCan('customers.reveal') && edits;
  const query = useWebhookBodies(of.webhook_id);
  const { mapAgain, readBody } = useWebhookActions();
  const [shown, setShown] = useState<string>();
  const show = (id: number) =>
    void readBody(id).then(
      ({ body }) => setShown(body),
      (error: unknown) => void message.error(textOf(error)),
    );
  const again = async () => {
    const { mapped, failed } = await mapAgain(of.webhook_id, []);
    message.info(w.replayed(mapped, failed));
  };
  const failed = query.data?.items.some(({ state }) => state === 'failed');
  return (
    <Drawer
      open
      onClose={onClose}
      size={760}
      title={w.bodiesTitle(of.source)}
      extra={
        edits && failed ? (
          <ConfirmButton question={w.replayAll} onConfirm={again}>
            {w.replayAll}
          </ConfirmButton>
        ) : null
      }
    >
      <p className="quiet">{w.keptHelp}</p>
      {shown === undefined ? null : <JsonView value={objectOf(shown) ?? shown} label={w.useAsSample} />}
      <StateBlock
        query={query}
        height={200}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.noBodies }}
      >
        {({ items }) => <Rows items={items} onShow={reveals ? show : undefined} />}
      </StateBlock>
    </Drawer>
  );
}
