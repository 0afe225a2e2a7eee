/** Whom nobody writes to: the list, found by number, added to from files, lifted by who answers for it. */
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { channelWords, KINDS, kindWords, sourceWords } from '@/ui/consent-words';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { SearchBox } from '@/ui/search-box';
import { useCan } from '@/ui/session';
import { ColorTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import '../consents.css';
import { LiftModal } from '../components/lift-modal';
import { UploadModal } from '../components/upload-modal';
import { type Suppression, useSuppressions } from '../queries';
import { listWords } from '../words';

const FILTERS = ['kind', 'lifted', 'address'] as const;
const PRIVATE = ['address'] as const;

function useColumns(onLift: ((row: Suppression) => void) | undefined): DataColumn<Suppression>[] {
  const w = useWords(listWords);
  const kinds = useWords(kindWords);
  const channels: Record<string, string> = useWords(channelWords);
  const sources: Record<string, string> = useWords(sourceWords);
  return [
    {
      key: 'address',
      title: w.address,
      width: 210,
      render: ({ customer_id, address }) =>
        customer_id === null ? (
          <span className="quiet">{w.unknown}</span>
        ) : (
          <>
            <span className="num">{address}</span>{' '}
            <Link to={`/customers/${customer_id}`}>{w.customer(customer_id)}</Link>
          </>
        ),
    },
    {
      key: 'kind',
      title: w.kind,
      width: 150,
      render: ({ kind }) => (
        <ColorTag color={kind === 'invalid_address' ? 'grey' : 'red'}>{kinds[kind]}</ColorTag>
      ),
      filter: {
        name: 'kind',
        options: KINDS.map((value) => ({ value, text: kinds[value] })),
        multiple: false,
      },
    },
    {
      key: 'channel',
      title: w.channel,
      width: 110,
      render: ({ channel }) => (channel === 'all' ? w.everywhere : (channels[channel] ?? channel)),
    },
    {
      key: 'source',
      title: w.source,
      ellipsis: true,
      render: ({ source, note, added_by }) =>
        [sources[source] ?? source, note, added_by === source ? '' : added_by].filter(Boolean).join(' · '),
    },
    { key: 'since', title: w.since, width: 160, render: ({ since }) => <Time at={since} /> },
    {
      key: 'state',
      title: w.state,
      width: 190,
      render: (row) =>
        row.lifted_at === null ? (
          <>
            {w.inForce}{' '}
            {onLift ? (
              <Button size="small" onClick={() => onLift(row)}>
                {w.lift}
              </Button>
            ) : null}
          </>
        ) : (
          <span className="quiet" title={row.lift_reason ?? ''}>
            {w.liftedBy(row.lifted_by ?? '')} <Time at={row.lifted_at} detail="date" />
          </span>
        ),
    },
  ];
}

export function SuppressionsPage() {
  const w = useWords(listWords);
  const lifts = useCan('suppressions.lift');
  const edits = useCan('suppressions.edit');
  const state = useTableState({ filters: FILTERS, privateFilters: PRIVATE, limit: 50 });
  const [lifting, setLifting] = useState<Suppression>();
  const [uploading, setUploading] = useState(false);
  const columns = useColumns(lifts ? setLifting : undefined);
  const lifted = state.filters.lifted?.[0] === 'yes';
  const query = useSuppressions({
    address: state.filters.address?.[0] ?? '',
    kind: KINDS.find((kind) => kind === state.filters.kind?.[0]),
    lifted,
    cursor: state.params.cursor,
  });
  const upload = (
    <Button type="primary" onClick={() => setUploading(true)}>
      {w.upload}
    </Button>
  );
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={edits ? upload : null} />
      <DataTable<Suppression>
        label={w.table}
        columns={columns}
        rowKey="suppression_id"
        query={query}
        state={state}
        empty={{ text: w.empty }}
        widthMin={980}
        toolbar={
          <>
            <SearchBox
              value={state.filters.address?.[0] ?? ''}
              placeholder={w.search}
              width={280}
              onSearch={(text) => state.setFilter('address', text ? [text] : [])}
            />
            <Checkbox
              checked={lifted}
              onChange={({ target }) => state.setFilter('lifted', target.checked ? ['yes'] : [])}
            >
              {w.withLifted}
            </Checkbox>
          </>
        }
      />
      {lifting ? <LiftModal row={lifting} onClose={() => setLifting(undefined)} /> : null}
      {uploading ? <UploadModal onClose={() => setUploading(false)} /> : null}
    </>
  );
}
