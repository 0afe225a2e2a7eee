/** The requests, newest first, with the day by which each must be answered. */
import { Button } from 'antd';
import { Link } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { wordOf } from '@/ui/progress/work-progress';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type PrivacyRequest, useRequests } from '../queries';
import { daysLeft, dueTone, toneOf } from '../standing';
import { kindWords, stateWords, words } from '../words';

function useColumns(open: (requestId: number) => void): DataColumn<PrivacyRequest>[] {
  const w = useWords(words);
  const kinds: Record<string, string> = useWords(kindWords);
  const states: Record<string, string> = useWords(stateWords);
  return [
    {
      key: 'request_id',
      title: w.number,
      width: 220,
      render: (one) => (
        <Button type="link" size="small" onClick={() => open(one.request_id)}>
          {`${wordOf(kinds, one.kind)} #${one.request_id}`}
        </Button>
      ),
    },
    {
      key: 'customer',
      title: w.customer,
      width: 110,
      render: (one) => <Link to={`/customers/${one.customer_id}`}>{one.customer_id}</Link>,
    },
    {
      key: 'state',
      title: w.state,
      width: 140,
      render: (one) => <ToneTag tone={toneOf(one.state)}>{wordOf(states, one.state)}</ToneTag>,
    },
    {
      key: 'due',
      title: w.due,
      width: 200,
      meaning: { definition: w.dueMeaning, unit: w.dueUnit },
      render: (one) => {
        const left = daysLeft(one, new Date());
        return (
          <>
            <span className="num">{one.due_on}</span>{' '}
            {left === undefined ? null : <ToneTag tone={dueTone(left)}>{w.daysLeft(left)}</ToneTag>}
          </>
        );
      },
    },
    { key: 'reason', title: w.reason, ellipsis: true, render: (one) => one.reason },
    {
      key: 'asked',
      title: w.askedBy,
      width: 170,
      render: (one) => (
        <>
          {one.asked_by} <Time at={one.asked_at} />
        </>
      ),
    },
  ];
}

interface RequestsTabProps {
  before: number;
  onBefore: (before: number) => void;
  onOpen: (requestId: number) => void;
}

export function RequestsTab({ before, onBefore, onOpen }: RequestsTabProps) {
  const w = useWords(words);
  const query = useRequests(before || undefined);
  const following = query.data?.next_id;
  return (
    <>
      <DataTable<PrivacyRequest>
        label={w.table}
        rowKey="request_id"
        columns={useColumns(onOpen)}
        query={{
          ...query,
          data: query.data ? { items: query.data.items } : undefined,
          isFetching: query.isPending || query.isPlaceholderData,
        }}
        empty={{ text: w.empty }}
        onRow={(one) => onOpen(one.request_id)}
        widthMin={960}
      />
      {before ? <Button onClick={() => onBefore(0)}>{w.newest}</Button> : null}{' '}
      {following ? <Button onClick={() => onBefore(following)}>{w.more}</Button> : null}
    </>
  );
}
