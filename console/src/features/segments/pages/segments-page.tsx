/** The brand's segments: how many customers each has, what it is used for. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { DataAsOf } from '@/ui/data-as-of';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { NOTHING, percentText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { SearchBox } from '@/ui/search-box';
import { useBrand, useCan } from '@/ui/session';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useUrlState } from '@/ui/use-url-state';
import '../segments.css';
import { words as comparing } from '../comparing-words';
import { ListModal } from '../components/list-modal';
import { words as membersWords } from '../members-words';
import { type Segment, useSegmentActions, useSegments, useSizes, useUses } from '../queries';
import { words } from '../words';

function RowActions({ segment }: { segment: Segment }) {
  const w = useWords(words);
  const c = useWords(comparing);
  const edits = useCan('segments.edit');
  const actions = useSegmentActions();
  const live = !segment.archived_at;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps a click on an action from opening the row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above; the actions themselves take the keyboard.
    <span onClick={(event) => event.stopPropagation()}>
      <Flex gap={12} wrap={false}>
        <Link to={`/segments/${segment.segment_id}`}>{live && edits ? w.edit : w.open}</Link>
        <Link to={`/segments/${segment.segment_id}/profile`}>{c.profile}</Link>
        {live ? <Link to={`/customers?segment_id=${segment.segment_id}`}>{w.seeCustomers}</Link> : null}
        {live && edits ? (
          <ConfirmButton
            type="link"
            size="small"
            className="segment-link"
            danger
            question={w.archiveQuestion(segment.name)}
            detail={w.archiveDetail}
            okText={w.archive}
            onConfirm={() => actions.archive(segment.segment_id)}
          >
            {w.archive}
          </ConfirmButton>
        ) : null}
      </Flex>
    </span>
  );
}

function useColumns(): { columns: DataColumn<Segment>[]; asOf: string | undefined } {
  const w = useWords(words);
  const m = useWords(membersWords);
  const language = useLanguage();
  const zone = useBrand().time_zone;
  const sizes = useSizes().data;
  const campaigns = useCan('campaigns.read');
  const uses = useUses(campaigns).data;
  const period = sizes ? timeText(sizes.as_of, zone) : '';
  const sizeOf = (segmentId: number) => sizes?.sizes.find((each) => each.segment_id === segmentId);
  const columns: DataColumn<Segment>[] = [
    {
      key: 'name',
      title: w.name,
      render: (segment) => (
        <div className="segment-name">
          <span>
            <Link to={`/segments/${segment.segment_id}`} onClick={(event) => event.stopPropagation()}>
              {segment.name}
            </Link>{' '}
            {segment.form === 'dynamic' ? null : <ToneTag tone="running">{m.formOf(segment.form)}</ToneTag>}{' '}
            {segment.archived_at ? <ToneTag tone="neutral">{w.archived}</ToneTag> : null}
          </span>
          {segment.description ? <small>{segment.description}</small> : null}
        </div>
      ),
    },
    {
      key: 'size',
      title: w.size,
      width: 150,
      numeric: true,
      meaning: { unit: w.people, period, definition: w.sizeMeaning },
      render: ({ segment_id }) => {
        const size = sizeOf(segment_id);
        if (!size || !sizes) return NOTHING;
        if (size.count === null) return <ToneTag tone="bad">{w.sizeGone}</ToneTag>;
        return (
          <span className="num">
            <Num value={size.count} />{' '}
            <small className="unit">
              {w.shareOf(percentText(sizes.customers ? size.count / sizes.customers : 0, language))}
            </small>
          </span>
        );
      },
    },
    ...(campaigns
      ? [
          {
            key: 'uses',
            title: w.uses,
            width: 110,
            numeric: true,
            meaning: { unit: w.usesUnit, definition: w.usesMeaning },
            render: ({ segment_id }: Segment) => <Num value={uses ? (uses.get(segment_id) ?? 0) : null} />,
          },
        ]
      : []),
    {
      key: 'updated_at',
      title: w.updated,
      width: 150,
      render: (segment) => <Time at={segment.updated_at} />,
    },
    { key: 'created_by', title: w.by, width: 90, ellipsis: true },
    { key: 'actions', title: '', width: 250, render: (segment) => <RowActions segment={segment} /> },
  ];
  return { columns, asOf: sizes?.as_of };
}

export function SegmentsPage() {
  const w = useWords(words);
  const c = useWords(comparing);
  const m = useWords(membersWords);
  const navigate = useNavigate();
  const edits = useCan('segments.edit');
  const lists = useCan('imports.run');
  const [listing, setListing] = useState(false);
  const [{ q, archived }, change] = useUrlState({ q: '', archived: false });
  const query = useSegments(archived);
  const { columns, asOf } = useColumns();
  const data = useMemo(() => {
    const items = query.data?.filter(({ name, description }) =>
      `${name} ${description}`.toLowerCase().includes(q.toLowerCase()),
    );
    return items ? { items, total: items.length } : undefined;
  }, [query.data, q]);
  const create = (
    <Link to="/segments/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {w.create}
      </Button>
    </Link>
  );
  return (
    <>
      <DataAsOf at={asOf} />
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          <>
            <Link to="/segments/overlap">
              <Button>{c.overlap}</Button>
            </Link>
            {edits && lists ? <Button onClick={() => setListing(true)}>{m.fromList}</Button> : null}
            {edits ? create : null}
          </>
        }
      />
      {listing ? <ListModal onClose={() => setListing(false)} /> : null}
      <DataTable<Segment>
        label={w.table}
        rowKey="segment_id"
        columns={columns}
        query={{ ...query, data }}
        widthMin={940}
        empty={{ text: w.empty, action: edits ? create : null }}
        onRow={(segment) => void navigate(`/segments/${segment.segment_id}`)}
        toolbar={
          <>
            <SearchBox value={q} placeholder={w.search} onSearch={(text) => change({ q: text })} />
            <Checkbox checked={archived} onChange={(event) => change({ archived: event.target.checked })}>
              {w.showArchived}
            </Checkbox>
          </>
        }
      />
    </>
  );
}
