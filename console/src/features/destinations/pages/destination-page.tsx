/** One destination: how it stands, what went there, and what may be done about it. */
import { Card, Descriptions, Tag } from 'antd';
import { useParams } from 'react-router';
import { CopyText } from '@/ui/copy-text';
import { useWords } from '@/ui/i18n';
import { KpiStrip } from '@/ui/kpi-strip';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import '../destinations.css';
import { Actions } from '../components/actions';
import { DeliveriesCard } from '../components/deliveries-card';
import { Notice } from '../components/notice';
import { StateTag } from '../components/state-tag';
import { type Destination, useDestination } from '../queries';
import { hostOf } from '../standing';
import { words } from '../words';

function Figures({ one }: { one: Destination }) {
  const w = useWords(words);
  const { waiting = 0, failed = 0, delivered_24h = 0, events_24h = 0 } = one.traffic ?? {};
  const oldest = one.traffic?.oldest_waiting_at;
  return (
    <KpiStrip
      items={[
        {
          key: 'waiting',
          title: w.waiting,
          value: <Num value={waiting} />,
          meaning: { definition: w.waitingMeaning, unit: w.deliveries },
          note: oldest ? (
            <>
              {w.oldest} <Time at={oldest} look="relative" />
            </>
          ) : (
            w.noneWaits
          ),
        },
        {
          key: 'failed',
          title: w.failed,
          value: <Num value={failed} />,
          meaning: { definition: w.failedMeaning, unit: w.deliveries },
        },
        {
          key: 'delivered',
          title: w.delivered,
          value: <Num value={delivered_24h} />,
          meaning: { definition: w.deliveredMeaning, unit: w.deliveries },
        },
        {
          key: 'events',
          title: w.events,
          value: <Num value={events_24h} />,
          meaning: { definition: w.eventsMeaning, unit: w.factUnit },
          note: one.last_delivered_at ? (
            <>
              {w.last} <Time at={one.last_delivered_at} look="relative" />
            </>
          ) : (
            w.never
          ),
        },
      ]}
    />
  );
}

function Settings({ one }: { one: Destination }) {
  const w = useWords(words);
  const settings = one.settings as { url: string; facts: string[] };
  return (
    <Card className="destination-gap" title={w.settings}>
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: 'url', label: w.address, children: <CopyText text={settings.url} /> },
          {
            key: 'facts',
            label: w.facts,
            children: (
              <span>
                {settings.facts.map((fact) => (
                  <Tag key={fact}>{fact}</Tag>
                ))}
              </span>
            ),
          },
          {
            key: 'who',
            label: w.identities,
            children: one.with_identities ? w.withIdentities : w.withoutIdentities,
          },
          ...(one.reason ? [{ key: 'reason', label: w.reason, children: one.reason }] : []),
          {
            key: 'secret',
            label: w.secret,
            children: one.former_secret_until ? (
              <>
                {w.secretFormer} <Time at={one.former_secret_until} />
              </>
            ) : (
              w.secretKept
            ),
          },
          {
            key: 'by',
            label: w.createdBy,
            children: (
              <>
                {one.created_by} · <Time at={one.created_at} />
              </>
            ),
          },
          ...(one.decided_by
            ? [
                {
                  key: 'decided',
                  label: w.decidedBy,
                  children: (
                    <>
                      {one.decided_by} · <Time at={one.decided_at} />
                    </>
                  ),
                },
              ]
            : []),
          ...(one.note ? [{ key: 'note', label: w.note, children: one.note }] : []),
        ]}
      />
    </Card>
  );
}

export function DestinationPage() {
  const { destinationId = '' } = useParams();
  const query = useDestination(Number(destinationId));
  return (
    <StateBlock query={query} height={400}>
      {(one) => (
        <>
          <PageHead
            title={one.name}
            desc={hostOf(String(one.settings.url ?? ''))}
            tag={<StateTag one={one} />}
            extra={one.state === 'removed' ? null : <Actions one={one} />}
          />
          <Notice one={one} />
          <div className="destination-gap">
            <Figures one={one} />
          </div>
          <DeliveriesCard of={one} />
          <Settings one={one} />
        </>
      )}
    </StateBlock>
  );
}
