/** One destination: how it stands, what went there, and what may be done about it. */
import { useParams } from 'react-router';
import { useWords } from '@/ui/i18n';
import { KpiStrip } from '@/ui/kpi-strip';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import '../destinations.css';
import { Actions } from '../components/actions';
import { DeliveriesCard } from '../components/deliveries-card';
import { ExportsCard } from '../components/exports-card';
import { Notice } from '../components/notice';
import { Settings } from '../components/settings';
import { StateTag } from '../components/state-tag';
import { kindWords } from '../export-words';
import { type Destination, useDestination } from '../queries';
import { placeOf } from '../standing';
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

export function DestinationPage() {
  const { destinationId = '' } = useParams();
  const kinds = useWords(kindWords);
  const query = useDestination(Number(destinationId));
  return (
    <StateBlock query={query} height={400}>
      {(one) => (
        <>
          <PageHead
            title={one.name}
            desc={`${kinds[one.kind]} · ${placeOf(one)}`}
            tag={<StateTag one={one} />}
            extra={one.state === 'removed' ? null : <Actions one={one} />}
          />
          <Notice one={one} />
          {one.kind === 'webhook' ? (
            <>
              <div className="destination-gap">
                <Figures one={one} />
              </div>
              <DeliveriesCard of={one} />
            </>
          ) : (
            <ExportsCard of={one} />
          )}
          <Settings one={one} />
        </>
      )}
    </StateBlock>
  );
}
