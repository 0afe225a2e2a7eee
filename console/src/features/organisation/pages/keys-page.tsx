/** API keys: what other programs may do in the brand. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Select, Tooltip } from 'antd';
import { useMemo, useState } from 'react';
import { CopyText } from '@/ui/copy-text';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import '../organisation.css';
import { SecretModal } from '@/ui/secret-modal';
import { KeyActions } from '../components/key-actions';
import { KeyForm } from '../components/key-form';
import { wordFor } from '../components/role-matrix';
import { type Key, useApiKeys, useKeyActions } from '../queries';
import { permissionWords } from '../words/access';
import { words } from '../words/keys';

const FILTERS = ['state'] as const;

function ScopeCell({ scopes }: { scopes: string[] }) {
  const w = useWords(words);
  const names = useWords(permissionWords);
  const list = (
    <ul className="plain-list">
      {scopes.map((scope) => (
        <li key={scope}>{wordFor(names, scope)}</li>
      ))}
    </ul>
  );
  return (
    <Tooltip title={list} trigger={['hover', 'focus']}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the list must be reachable with the keyboard. */}
      <span className="defined" tabIndex={0} role="note">
        {w.scopeCount(scopes.length)}
      </span>
    </Tooltip>
  );
}

type State = 'live' | 'overlap' | 'expired' | 'revoked';

/** In the overlap both secrets open: programs are changing over. */
const stateOf = (key: Key, now = Date.now()): State => {
  if (key.revoked_at) return 'revoked';
  if (key.expires_at && Date.parse(key.expires_at) <= now) return 'expired';
  return key.previous_until && Date.parse(key.previous_until) > now ? 'overlap' : 'live';
};

function StateCell({ apiKey }: { apiKey: Key }) {
  const w = useWords(words);
  const state = stateOf(apiKey);
  const tone = { live: 'good', overlap: 'warning', expired: 'neutral', revoked: 'neutral' } as const;
  return (
    <>
      <ToneTag tone={tone[state]}>{w[state]}</ToneTag>
      {state === 'overlap' ? (
        <span className="quiet">
          {w.overlapUntil} <Time at={apiKey.previous_until ?? ''} />
          {apiKey.previous_used_at ? (
            <>
              {w.overlapUsed} <Time at={apiKey.previous_used_at} look="relative" />
            </>
          ) : (
            w.overlapUnused
          )}
        </span>
      ) : null}
      {state === 'live' && apiKey.expires_at ? (
        <span className="quiet">
          {w.expires} <Time at={apiKey.expires_at} detail="date" />
        </span>
      ) : null}
    </>
  );
}

function useColumns(editable: boolean, onSecret: (secret: string) => void): DataColumn<Key>[] {
  const w = useWords(words);
  const columns: DataColumn<Key>[] = [
    { key: 'source', title: w.source, render: (key) => <b className="strong">{key.source}</b> },
    { key: 'prefix', title: w.prefix, width: 160, render: (key) => <code>{key.prefix}…</code> },
    { key: 'scopes', title: w.scopes, width: 130, render: (key) => <ScopeCell scopes={key.scopes} /> },
    {
      key: 'created_at',
      title: w.created,
      width: 160,
      render: (key) => (
        <>
          <Time at={key.created_at} />
          <span className="quiet">{key.created_by}</span>
        </>
      ),
    },
    {
      key: 'last_used_at',
      title: w.lastUsed,
      width: 130,
      render: (key) =>
        key.last_used_at ? (
          <Time at={key.last_used_at} look="relative" />
        ) : (
          <span className="quiet">{w.neverUsed}</span>
        ),
    },
    {
      key: 'state',
      title: w.state,
      width: 190,
      render: (key) => <StateCell apiKey={key} />,
    },
  ];
  if (!editable) return columns;
  const act = (key: Key) => (key.revoked_at ? null : <KeyActions apiKey={key} onSecret={onSecret} />);
  return [...columns, { key: 'actions', title: w.actions, width: 150, render: act }];
}

export function KeysPage() {
  const w = useWords(words);
  const editable = useCan('keys.edit');
  const query = useApiKeys();
  const { create } = useKeyActions();
  const state = useTableState({ filters: FILTERS });
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const columns = useColumns(editable, setSecret);
  const wanted = state.filters.state?.[0];
  const shown = useMemo(() => {
    const found = (query.data?.items ?? []).filter(
      (key) => !wanted || (key.revoked_at ? 'revoked' : 'live') === wanted,
    );
    return query.data ? { items: found, total: found.length } : undefined;
  }, [query.data, wanted]);
  const save = async (source: string, scopes: string[], expiresAt: string | null) =>
    setSecret((await create(source, scopes, expiresAt)).secret);
  const add = (primary: boolean) => (
    <Button type={primary ? 'primary' : 'default'} icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {w.create}
    </Button>
  );
  const curl = `curl -H "Authorization: Bearer ${secret ?? ''}" ${location.origin}/api/v1/tasks`;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={editable ? add(true) : null} />
      <DataTable<Key>
        label={w.table}
        rowKey="api_key_id"
        columns={columns}
        query={{ ...query, data: shown }}
        state={state}
        empty={{ text: w.empty, action: editable ? add(false) : null }}
        widthMin={1040}
        toolbar={
          <Select
            allowClear
            aria-label={w.state}
            placeholder={w.allStates}
            value={wanted}
            onChange={(value?: string) => state.setFilter('state', value ? [value] : [])}
            options={[
              { value: 'live', label: w.live },
              { value: 'revoked', label: w.revoked },
            ]}
            style={{ width: 150 }}
          />
        }
      />
      <KeyForm open={adding} onSave={save} onClose={() => setAdding(false)} />
      <SecretModal
        secret={secret}
        title={w.secretTitle}
        text={w.secretText}
        once={w.secretOnce}
        done={w.done}
        onClose={() => setSecret(undefined)}
      >
        <p className="quiet section-gap">{w.example}</p>
        <div className="secret-box">
          <CopyText text={curl} />
        </div>
      </SecretModal>
    </>
  );
}
