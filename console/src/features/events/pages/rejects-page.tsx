/** Rejected events: why they wait, what can be done about them, and each one. */
import { Button, Segmented, Tag } from 'antd';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import { useUrlState } from '@/ui/use-url-state';
import '../events.css';
import { RejectDrawer } from '../components/reject-drawer';
import { RejectGroups } from '../components/reject-groups';
import { REJECT_STATES, type Reject, type RejectState, useRejects } from '../queries';
import { words } from '../words/rejects';

const FILTERS = ['event', 'reason', 'field', 'source'] as const;

function useColumns(): DataColumn<Reject>[] {
  const w = useWords(words);
  return [
    { key: 'event', title: w.event, width: 190, render: (one) => <code>{one.event}</code> },
    { key: 'reason', title: w.reason, render: (one) => <span title={one.reason}>{one.reason_text}</span> },
    { key: 'field', title: w.field, width: 130, render: (one) => <code>{one.field}</code> },
    { key: 'source', title: w.source, width: 140 },
    { key: 'received_at', title: w.received, width: 150, render: (one) => <Time at={one.received_at} /> },
  ];
}

export function RejectsPage() {
  const w = useWords(words);
  const state = useTableState({ filters: FILTERS });
  const [url, change] = useUrlState({ state: 'waiting', reject: 0 });
  const shown = REJECT_STATES.find((each) => each === url.state) ?? 'waiting';
  const [event, reason, field, source] = FILTERS.map((name) => state.filters[name]?.[0]);
  const query = useRejects({ state: shown, event, reason, field, source }, state.params.cursor);
  const labels: Record<RejectState, string> = {
    waiting: w.stateWaiting,
    replayed: w.stateReplayed,
    dropped: w.stateDropped,
  };
  const only = [event, reason, field, source].filter(Boolean).join(' · ');
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <RejectGroups
        onSee={(group) =>
          state.setFilters({ event: [group.event], reason: [group.reason], field: [group.field], state: [] })
        }
      />
      <DataTable<Reject>
        label={w.table}
        rowKey="event_reject_id"
        columns={useColumns()}
        query={{ ...query, isFetching: query.isPending || query.isPlaceholderData }}
        state={state}
        empty={{ text: w.empty }}
        onRow={(one) => change({ reject: one.event_reject_id })}
        widthMin={900}
        toolbar={
          <>
            <Segmented<RejectState>
              aria-label={w.show}
              value={shown}
              onChange={(next) => change({ state: next })}
              options={REJECT_STATES.map((value) => ({ value, label: labels[value] }))}
            />
            {only ? (
              <>
                <Tag>{w.onlyGroup(only)}</Tag>
                <Button size="small" type="link" onClick={state.clearFilters}>
                  {w.clear}
                </Button>
              </>
            ) : null}
          </>
        }
      />
      <RejectDrawer rejectId={url.reject || undefined} onClose={() => change({ reject: 0 })} />
    </>
  );
}
