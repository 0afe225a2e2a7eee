/** Webhooks in: addresses of the brand that turn what other systems push into events. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Card } from 'antd';
import { useState } from 'react';
import { CopyText } from '@/ui/copy-text';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useWebhooks, type Webhook } from '../queries';
import { words } from '../words/webhooks';
import { WebhookBodies } from './webhook-bodies';
import { WebhookForm } from './webhook-form';

interface RowProps {
  one: Webhook;
  onEdit: () => void;
  onLook: () => void;
}

function Row({ one, onEdit, onLook }: RowProps) {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  return (
    <tr>
      <td>
        <b>{one.source}</b> {one.enabled ? null : <ToneTag tone="neutral">{w.off}</ToneTag>}
      </td>
      <td>
        {one.path ? (
          <CopyText
            text={`${location.origin}${one.path}`}
            label={`…/in/${one.path.split('/in/')[1]?.slice(0, 10)}…`}
          />
        ) : (
          <span className="quiet">{w.hiddenAddress}</span>
        )}
      </td>
      <td>{one.signature === 'none' ? <ToneTag tone="warning">{w.none}</ToneTag> : w.hmac}</td>
      <td className="end">
        <Num value={one.bodies} />
      </td>
      <td className="end">
        {one.failed ? <ToneTag tone="bad">{String(one.failed)}</ToneTag> : <Num value={0} />}
      </td>
      <td>
        {one.last_received_at ? (
          <Time at={one.last_received_at} look="relative" />
        ) : (
          <span className="quiet">{w.never}</span>
        )}
      </td>
      <td className="reject-group-acts">
        {edits ? (
          <Button type="link" size="small" onClick={onEdit}>
            {w.edit}
          </Button>
        ) : null}
        <Button type="link" size="small" onClick={onLook}>
          {w.look}
        </Button>
      </td>
    </tr>
  );
}

export function WebhooksCard() {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  const query = useWebhooks();
  const [editing, setEditing] = useState<Webhook | 'new'>();
  const [looking, setLooking] = useState<Webhook>();
  const add = edits ? (
    <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {w.add}
    </Button>
  ) : null;
  return (
    <Card className="section-gap" title={w.title} extra={add}>
      <p className="quiet">{w.desc}</p>
      <StateBlock
        query={query}
        height={120}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.empty }}
      >
        {({ items }) => (
          <table className="event-table" aria-label={w.title}>
            <thead>
              <tr>
                <th scope="col">{w.source}</th>
                <th scope="col">{w.address}</th>
                <th scope="col">{w.check}</th>
                <th scope="col" className="end">
                  {w.received}
                </th>
                <th scope="col" className="end">
                  <Definition of={{ definition: w.failedMeaning, unit: w.bodies }}>{w.failed}</Definition>
                </th>
                <th scope="col">{w.last}</th>
                <th scope="col">{w.actions}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <Row
                  key={one.webhook_id}
                  one={one}
                  onEdit={() => setEditing(one)}
                  onLook={() => setLooking(one)}
                />
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
      {editing ? (
        <WebhookForm of={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      ) : null}
      {looking ? <WebhookBodies of={looking} onClose={() => setLooking(undefined)} /> : null}
    </Card>
  );
}
