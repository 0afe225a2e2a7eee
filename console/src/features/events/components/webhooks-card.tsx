/** Webhooks in: addresses of the brand that turn what other systems push into events. */
import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { CopyText } from '@/ui/copy-text';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useWebhooks, type Webhook } from '../queries';
import { words } from '../words/webhooks';
import { ListedCard, type ListedColumn } from './listed-card';
import { WebhookBodies } from './webhook-bodies';
import { WebhookForm } from './webhook-form';

function Address({ path }: { path: string | null }) {
  const w = useWords(words);
  if (!path) return <span className="quiet">{w.hiddenAddress}</span>;
  return (
    <CopyText text={`${location.origin}${path}`} label={`…/in/${path.split('/in/')[1]?.slice(0, 10)}…`} />
  );
}

function useColumns(): ListedColumn<Webhook>[] {
  const w = useWords(words);
  return [
    {
      key: 'source',
      title: w.source,
      render: (one) => (
        <>
          <b>{one.source}</b> {one.enabled ? null : <ToneTag tone="neutral">{w.off}</ToneTag>}
        </>
      ),
    },
    { key: 'address', title: w.address, render: (one) => <Address path={one.path} /> },
    {
      key: 'check',
      title: w.check,
      render: (one) => (one.signature === 'none' ? <ToneTag tone="warning">{w.none}</ToneTag> : w.hmac),
    },
    { key: 'bodies', title: w.received, end: true, render: (one) => <Num value={one.bodies} /> },
    {
      key: 'failed',
      title: <Definition of={{ definition: w.failedMeaning, unit: w.bodies }}>{w.failed}</Definition>,
      end: true,
      render: (one) => (one.failed ? <ToneTag tone="bad">{String(one.failed)}</ToneTag> : <Num value={0} />),
    },
    {
      key: 'last',
      title: w.last,
      render: (one) =>
        one.last_received_at ? (
          <Time at={one.last_received_at} look="relative" />
        ) : (
          <span className="quiet">{w.never}</span>
        ),
    },
  ];
}

export function WebhooksCard() {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  const [editing, setEditing] = useState<Webhook | 'new'>();
  const [looking, setLooking] = useState<Webhook>();
  const add = edits ? (
    <Button icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {w.add}
    </Button>
  ) : null;
  const acts = (one: Webhook) => (
    <>
      {edits ? (
        <Button type="link" size="small" onClick={() => setEditing(one)}>
          {w.edit}
        </Button>
      ) : null}
      <Button type="link" size="small" onClick={() => setLooking(one)}>
        {w.look}
      </Button>
    </>
  );
  return (
    <ListedCard<Webhook>
      title={w.title}
      extra={add}
      desc={w.desc}
      query={useWebhooks()}
      empty={w.empty}
      columns={useColumns()}
      keyOf={(one) => one.webhook_id}
      actions={{ title: w.actions, render: acts }}
    >
      {editing ? (
        <WebhookForm of={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      ) : null}
      {looking ? <WebhookBodies of={looking} onClose={() => setLooking(undefined)} /> : null}
    </ListedCard>
  );
}
