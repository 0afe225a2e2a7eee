/** The last events that arrived, as they come, and what became of each. */
import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button, Descriptions, Drawer, Flex, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { PageHead } from '@/ui/page-head';
import { ReasonTag, type Tone } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useUrlState } from '@/ui/use-url-state';
import '../events.css';
import {
  OUTCOMES,
  type Outcome,
  type RecentEvent,
  useCatalogue,
  useRecentEvents,
  useSources,
} from '../queries';
import { words } from '../words/live';

const TONES: Record<Outcome, Tone> = { taken: 'good', rejected: 'bad', repeated: 'neutral' };
const outcomeOf = (text: string): Outcome => OUTCOMES.find((each) => each === text) ?? 'taken';

function OutcomeTag({ event }: { event: RecentEvent }) {
  const w = useWords(words);
  const outcome = outcomeOf(event.outcome);
  const help = { taken: w.takenHelp, rejected: event.reason_text, repeated: w.repeatedHelp }[outcome];
  return <ReasonTag code={event.reason || outcome} label={w[outcome]} tone={TONES[outcome]} help={help} />;
}

function Who({ event }: { event: RecentEvent }) {
  const w = useWords(words);
  if (event.customer_id !== null)
    return <Link to={`/customers/${event.customer_id}`}>{w.openCustomer(event.customer_id)}</Link>;
  const first = event.identities[0];
  if (!first) return <span className="quiet">{w.nobody}</span>;
  return (
    <span className="quiet">
      <code>{first.namespace}</code> {first.value}
    </span>
  );
}

function useColumns(): DataColumn<RecentEvent>[] {
  const w = useWords(words);
  return [
    {
      key: 'received_at',
      title: w.received,
      width: 180,
      render: (event) => <Time at={event.received_at} detail="second" />,
    },
    { key: 'event', title: w.event, width: 180, render: (event) => <code>{event.event}</code> },
    { key: 'source', title: w.source, width: 150, ellipsis: true },
    { key: 'outcome', title: w.outcome, width: 100, render: (event) => <OutcomeTag event={event} /> },
    { key: 'customer', title: w.customer, width: 160, render: (event) => <Who event={event} /> },
    {
      key: 'properties',
      title: w.properties,
      ellipsis: true,
      render: (event) => <code className="one-line">{JSON.stringify(event.properties)}</code>,
    },
  ];
}

function DetailDrawer({ event, onClose }: { event: RecentEvent | undefined; onClose: () => void }) {
  const w = useWords(words);
  return (
    <Drawer open={event !== undefined} onClose={onClose} size={560} title={event?.event ?? w.detail}>
      {event ? (
        <Flex vertical gap={16}>
          <Descriptions
            column={1}
            size="small"
            items={[
              { key: 'outcome', label: w.outcome, children: <OutcomeTag event={event} /> },
              ...(event.reason ? [{ key: 'why', label: '', children: event.reason_text }] : []),
              { key: 'source', label: w.source, children: event.source },
              { key: 'who', label: w.customer, children: <Who event={event} /> },
              {
                key: 'occurred',
                label: w.occurred,
                children: <Time at={event.occurred_at} detail="second" />,
              },
              {
                key: 'received',
                label: w.received,
                children: <Time at={event.received_at} detail="second" />,
              },
              { key: 'version', label: w.version, children: event.version ?? w.newest },
              {
                key: 'identities',
                label: w.identities,
                children:
                  event.identities.map((one) => `${one.namespace} ${one.value}`).join(', ') || w.nobody,
              },
            ]}
          />
          <JsonView value={event.properties} label={w.properties} />
          {event.outcome === 'rejected' ? (
            <Link to={`/events/rejects?event=${encodeURIComponent(event.event)}`}>{w.toRejects}</Link>
          ) : null}
        </Flex>
      ) : null}
    </Drawer>
  );
}

function Filters({ url, change }: { url: Asked; change: (patch: Partial<Asked>) => void }) {
  const w = useWords(words);
  const sources = useSources().data?.items ?? [];
  const names = useCatalogue().data?.items.filter(({ volume }) => volume) ?? [];
  const select = (name: keyof Asked, placeholder: string, options: { value: string; label: string }[]) => (
    <Select
      allowClear
      showSearch
      aria-label={placeholder}
      placeholder={placeholder}
      value={url[name] || undefined}
      onChange={(value?: string) => change({ [name]: value ?? '' })}
      options={options}
      style={{ width: 170 }}
    />
  );
  return (
    <>
      {select(
        'source',
        w.allSources,
        sources.map(({ source }) => ({ value: source, label: source })),
      )}
      {select(
        'event',
        w.allEvents,
        names.map(({ name }) => ({ value: name, label: name })),
      )}
      {select(
        'outcome',
        w.allOutcomes,
        OUTCOMES.map((value) => ({ value, label: w[value] })),
      )}
    </>
  );
}

interface Asked {
  source: string;
  event: string;
  outcome: string;
}

export function LivePage() {
  const w = useWords(words);
  const [url, change] = useUrlState({ source: '', event: '', outcome: '' });
  const [paused, setPaused] = useState(false);
  const [open, setOpen] = useState<RecentEvent>();
  const asked = {
    source: url.source || undefined,
    event: url.event || undefined,
    outcome: url.outcome ? outcomeOf(url.outcome) : undefined,
  };
  const query = useRecentEvents(asked, !paused);
  const items = query.data?.items;
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          <Flex gap={12} align="center">
            <span className="quiet" role="status">
              <span className={paused ? 'live-dot paused' : 'live-dot'} />
              {paused ? w.paused : w.live}
            </span>
            <Button
              icon={paused ? <PlayCircleOutlined /> : <PauseOutlined />}
              onClick={() => setPaused(!paused)}
            >
              {paused ? w.resume : w.pause}
            </Button>
          </Flex>
        }
      />
      <DataTable<RecentEvent>
        label={w.table}
        rowKey="recent_id"
        columns={useColumns()}
        query={{ ...query, data: items ? { items } : undefined, isFetching: query.isPending }}
        empty={{
          text: w.empty,
          action: (
            <Link to="/events/sources">
              <Button>{w.toSources}</Button>
            </Link>
          ),
        }}
        onRow={setOpen}
        widthMin={960}
        toolbar={<Filters url={url} change={change} />}
      />
      <p className="quiet section-gap">{w.note}</p>
      <DetailDrawer event={open} onClose={() => setOpen(undefined)} />
    </>
  );
}
