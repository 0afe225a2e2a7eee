/** Every place that facts go to: how it stands, what waits, what arrived. */
import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link, useNavigate } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import '../destinations.css';
import { StateTag } from '../components/state-tag';
import { kindWords } from '../export-words';
import { type Destination, useDestinations } from '../queries';
import { placeOf } from '../standing';
import { words } from '../words';

/** Only webhooks have deliveries. */
const told = ({ kind, traffic }: Destination) => (kind === 'webhook' ? traffic : null);

function useColumns(): DataColumn<Destination>[] {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  return [
    {
      key: 'name',
      title: w.name,
      render: (one) => (
        <span className="destination-head">
          <Link to={`/destinations/${one.destination_id}`}>{one.name}</Link>
          <small>{placeOf(one)}</small>
        </span>
      ),
    },
    { key: 'state', title: w.state, width: 130, render: (one) => <StateTag one={one} /> },
    {
      key: 'facts',
      title: w.kindAndFacts,
      width: 140,
      render: (one) =>
        one.kind === 'webhook'
          ? w.factsCount((one.settings.facts as string[] | undefined)?.length ?? 0)
          : kinds[one.kind],
    },
    {
      key: 'waiting',
      title: w.waiting,
      numeric: true,
      width: 110,
      meaning: { definition: w.waitingMeaning, unit: w.deliveries },
      render: (one) => <Num value={told(one)?.waiting} />,
    },
    {
      key: 'failed',
      title: w.failed,
      numeric: true,
      width: 110,
      meaning: { definition: w.failedMeaning, unit: w.deliveries },
      render: (one) =>
        told(one)?.failed ? (
          <ToneTag tone="bad">{String(told(one)?.failed)}</ToneTag>
        ) : (
          <Num value={told(one)?.failed} />
        ),
    },
    {
      key: 'delivered',
      title: w.delivered,
      numeric: true,
      width: 130,
      meaning: { definition: w.deliveredMeaning, unit: w.deliveries },
      render: (one) => <Num value={told(one)?.delivered_24h} />,
    },
    {
      key: 'last',
      title: w.last,
      width: 120,
      render: (one) =>
        one.last_delivered_at ? (
          <Time at={one.last_delivered_at} look="relative" />
        ) : (
          <span className="destination-quiet">{told(one) ? w.never : '—'}</span>
        ),
    },
  ];
}

export function DestinationsPage() {
  const w = useWords(words);
  const edits = useCan('destinations.edit');
  const query = useDestinations();
  const navigate = useNavigate();
  const add = edits ? (
    <Link to="/destinations/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {w.add}
      </Button>
    </Link>
  ) : null;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={add} />
      <DataTable<Destination>
        label={w.title}
        columns={useColumns()}
        rowKey="destination_id"
        query={query}
        empty={{ text: w.empty, action: add }}
        onRow={(one) => void navigate(`/destinations/${one.destination_id}`)}
        widthMin={920}
      />
    </>
  );
}
