/** Who sends events: how many, with which key, and what went wrong last. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import '../events.css';
import { ConnectModal, SendingSecret } from '../components/connect-modal';
import { PageKeysCard } from '../components/page-keys-card';
import { WebhooksCard } from '../components/webhooks-card';
import { useSendingKeys, useSources } from '../queries';
import { type SourceLine, sourceLines } from '../sources';
import { refusalWords, words } from '../words/sources';

function LastProblem({ line }: { line: SourceLine }) {
  const w = useWords(words);
  const refusals: Record<string, string> = useWords(refusalWords);
  const { problem } = line;
  if (!problem) return <span className="quiet">{w.noError}</span>;
  return (
    <span className="source-errors">
      {problem.kind === 'rejected' ? (
        <Link to={`/events/rejects?source=${encodeURIComponent(line.source)}`}>
          <code>{problem.event}</code> {w.rejectedAs}
        </Link>
      ) : (
        w.refusedAs
      )}
      <small className="quiet">
        <Time at={problem.at} look="relative" /> · {problem.text || refusals[problem.code] || problem.code}
      </small>
    </span>
  );
}

function KeyCell({ line }: { line: SourceLine }) {
  const w = useWords(words);
  if (!line.keys.length) return <span className="quiet">{w.noKey}</span>;
  return line.keys.map((key) => (
    <span key={key.api_key_id} className="source-errors">
      <code>{key.prefix}…</code>
      <small className="quiet">
        {w.keyUsed} {key.last_used_at ? <Time at={key.last_used_at} look="relative" /> : '—'}
      </small>
    </span>
  ));
}

function useColumns(seesKeys: boolean): DataColumn<SourceLine>[] {
  const w = useWords(words);
  const taken = { definition: w.takenMeaning, unit: w.count };
  const columns: DataColumn<SourceLine>[] = [
    { key: 'source', title: w.source, render: (line) => <b className="strong">{line.source}</b> },
    {
      key: 'events_today',
      title: w.today,
      numeric: true,
      width: 100,
      meaning: taken,
      render: (line) => <Num value={line.events_today} />,
    },
    {
      key: 'events',
      title: w.days,
      numeric: true,
      width: 110,
      meaning: taken,
      render: (line) => <Num value={line.events} />,
    },
    {
      key: 'rejected',
      title: w.rejectedTitle,
      numeric: true,
      width: 90,
      meaning: { definition: w.rejectedMeaning, unit: w.count },
      render: (line) =>
        line.rejected ? (
          <Link to={`/events/rejects?source=${encodeURIComponent(line.source)}`}>
            <Num value={line.rejected} />
          </Link>
        ) : (
          <Num value={0} />
        ),
    },
    {
      key: 'refused',
      title: w.refusedTitle,
      numeric: true,
      width: 130,
      meaning: { definition: w.refusedMeaning, unit: w.requests },
      render: (line) =>
        line.refused ? <ToneTag tone="warning">{String(line.refused)}</ToneTag> : <Num value={0} />,
    },
    {
      key: 'last',
      title: w.last,
      width: 120,
      render: (line) =>
        line.last_received_at ? (
          <Time at={line.last_received_at} look="relative" />
        ) : (
          <span className="quiet">{w.never}</span>
        ),
    },
    { key: 'problem', title: w.lastError, width: 230, render: (line) => <LastProblem line={line} /> },
  ];
  if (!seesKeys) return columns;
  return [...columns, { key: 'keys', title: w.keys, width: 150, render: (line) => <KeyCell line={line} /> }];
}

export function SourcesPage() {
  const w = useWords(words);
  const seesKeys = useCan('keys.read');
  const makesKeys = useCan('keys.edit');
  const query = useSources();
  const keys = useSendingKeys(seesKeys).data;
  const [connecting, setConnecting] = useState(false);
  const [secret, setSecret] = useState<string>();
  const shown = useMemo(() => {
    if (!query.data) return undefined;
    const items = sourceLines(query.data.items, keys?.items ?? []);
    return { items, total: items.length };
  }, [query.data, keys]);
  const connect = makesKeys ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setConnecting(true)}>
      {w.connect}
    </Button>
  ) : null;
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          <Flex gap={8}>
            {seesKeys ? (
              <Link to="/settings/api-keys">
                <Button>{w.toKeys}</Button>
              </Link>
            ) : null}
            {connect}
          </Flex>
        }
      />
      <DataTable<SourceLine>
        label={w.table}
        rowKey="source"
        columns={useColumns(seesKeys)}
        query={{ ...query, data: shown, isFetching: query.isPending }}
        empty={{ text: w.empty }}
        widthMin={1040}
      />
      <PageKeysCard />
      <WebhooksCard />
      {connecting ? <ConnectModal onSecret={setSecret} onClose={() => setConnecting(false)} /> : null}
      {secret ? <SendingSecret secret={secret} onClose={() => setSecret(undefined)} /> : null}
    </>
  );
}
