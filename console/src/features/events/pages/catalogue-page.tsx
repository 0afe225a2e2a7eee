/** The event catalogue: every name with its volume, and what becomes of names that nobody defined. */
import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Card, Checkbox, Radio, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { SearchBox } from '@/ui/search-box';
import { useCan } from '@/ui/session';
import { useProblemText } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useUrlState } from '@/ui/use-url-state';
import '../events.css';
import { DefinitionForm } from '../components/definition-form';
import { OriginTag } from '../components/origin-tag';
import { shortTitle } from '../coverage';
import { type EventName, type Policy, useCatalogue, useCatalogueActions } from '../queries';
import { words } from '../words/catalogue';

const ORIGINS = ['standard', 'brand', 'unknown'] as const;

function PolicyCard({ policy }: { policy: Policy }) {
  const w = useWords(words);
  const edits = useCan('events.edit');
  const { setPolicy } = useCatalogueActions();
  const textOf = useProblemText();
  const { message } = App.useApp();
  const save = (next: Policy) =>
    setPolicy(next).then(
      () => void message.success(w.policyDone),
      (error: unknown) => void message.error(textOf(error)),
    );
  return (
    <Card size="small" className="event-policy" title={w.policyTitle}>
      <Radio.Group
        value={policy}
        disabled={!edits}
        aria-label={w.policyTitle}
        onChange={({ target }) => void save(target.value)}
        options={[
          {
            value: 'keep',
            label: (
              <>
                <b>{w.policyKeep}</b> <span className="quiet">{w.policyKeepText}</span>
              </>
            ),
          },
          {
            value: 'quarantine',
            label: (
              <>
                <b>{w.policyQuarantine}</b> <span className="quiet">{w.policyQuarantineText}</span>
              </>
            ),
          },
        ]}
      />
    </Card>
  );
}

function useColumns(): DataColumn<EventName>[] {
  const w = useWords(words);
  const language = useLanguage();
  const volume = { definition: w.volumeMeaning, unit: w.volumeUnit };
  return [
    {
      key: 'name',
      title: w.name,
      render: (event) => (
        <div className="event-name">
          <b>{shortTitle(language === 'zh-CN' ? event.title_zh : event.title_en) || w.untitled}</b>
          <code>{event.name}</code>
        </div>
      ),
    },
    {
      key: 'origin',
      title: w.origin,
      width: 150,
      render: (event) => (
        <>
          <OriginTag origin={event.origin} />{' '}
          {event.retired_at ? <ToneTag tone="warning">{w.retired}</ToneTag> : null}
        </>
      ),
    },
    {
      key: 'events_30d',
      title: w.events30d,
      numeric: true,
      width: 130,
      meaning: volume,
      render: (event) => <Num value={event.volume?.events_30d ?? 0} />,
    },
    {
      key: 'events',
      title: w.eventsAll,
      numeric: true,
      width: 130,
      meaning: volume,
      render: (event) => <Num value={event.volume?.events ?? 0} />,
    },
    {
      key: 'last',
      title: w.lastSeen,
      width: 140,
      render: (event) =>
        event.volume ? (
          <Time at={event.volume.last_received_at} look="relative" />
        ) : (
          <span className="quiet">{w.never}</span>
        ),
    },
    {
      key: 'properties',
      title: w.properties,
      numeric: true,
      width: 110,
      render: (event) => (event.properties.length ? w.propertyCount(event.properties.length) : '—'),
    },
  ];
}

export function CataloguePage() {
  const w = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const edits = useCan('events.edit');
  const query = useCatalogue();
  const [defining, setDefining] = useState(false);
  const [url, change] = useUrlState({ q: '', origin: '', seen: false });
  const shown = useMemo(() => {
    if (!query.data) return undefined;
    const wanted = url.q.toLowerCase();
    const items = query.data.items.filter(
      (event) =>
        (!url.origin || event.origin === url.origin) &&
        (!url.seen || event.volume) &&
        `${event.name} ${event.title_zh} ${event.title_en}`.toLowerCase().includes(wanted),
    );
    return { items, total: items.length };
  }, [query.data, url]);
  const open = ({ name }: EventName) => void navigate(`/events/catalogue/${encodeURIComponent(name)}`);
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          edits ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setDefining(true)}>
              {w.define}
            </Button>
          ) : null
        }
      />
      {query.data ? (
        <PolicyCard policy={query.data.unknown_events === 'keep' ? 'keep' : 'quarantine'} />
      ) : null}
      <DataTable<EventName>
        key={language}
        label={w.table}
        rowKey="name"
        columns={useColumns()}
        query={{ ...query, data: shown, isFetching: query.isPending }}
        empty={{ text: w.empty }}
        onRow={open}
        widthMin={860}
        toolbar={
          <>
            <SearchBox value={url.q} onSearch={(q) => change({ q })} placeholder={w.search} />
            <Select
              allowClear
              aria-label={w.origin}
              placeholder={w.allOrigins}
              value={url.origin || undefined}
              onChange={(value?: string) => change({ origin: value ?? '' })}
              options={ORIGINS.map((value) => ({ value, label: w[value] }))}
              style={{ width: 140 }}
            />
            <Checkbox checked={url.seen} onChange={({ target }) => change({ seen: target.checked })}>
              {w.withVolume}
            </Checkbox>
          </>
        }
      />
      {defining ? <DefinitionForm onClose={() => setDefining(false)} /> : null}
    </>
  );
}
