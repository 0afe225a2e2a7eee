/** All news of 90 days: read and unread, with the page where something can be done. */
import { App, Button, Segmented } from 'antd';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useProblemText } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import { useUrlState } from '@/ui/use-url-state';
import '../notices.css';
import { NoticeLine } from '../components/notice-line';
import { NOTICES_LIMIT, type Notice, useNotices, useRead, useUnread } from '../queries';
import { words } from '../words';

function useColumns(mark: (ids: number[]) => void): DataColumn<Notice>[] {
  const w = useWords(words);
  return [
    {
      key: 'what',
      title: w.what,
      render: (notice) => (
        <NoticeLine notice={notice} onFollow={() => (notice.read ? undefined : mark([notice.notice_id]))} />
      ),
    },
    { key: 'at', title: w.at, width: 170, render: (notice) => <Time at={notice.at} /> },
  ];
}

export function NoticesPage() {
  const w = useWords(words);
  const { message } = App.useApp();
  const textOf = useProblemText();
  const state = useTableState({ limit: NOTICES_LIMIT });
  const [{ unread }, change] = useUrlState({ unread: false });
  const query = useNotices(unread, state.params.cursor);
  const waiting = useUnread().data?.unread ?? 0;
  const read = useRead();
  const mark = (ids?: number[]) => void read(ids).catch((error: unknown) => message.error(textOf(error)));
  return (
    <>
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          <Button disabled={waiting === 0} onClick={() => mark()}>
            {w.readAll}
          </Button>
        }
      />
      <DataTable<Notice>
        label={w.table}
        rowKey="notice_id"
        columns={useColumns(mark)}
        query={{ ...query, isFetching: query.isPending || query.isPlaceholderData }}
        state={state}
        empty={{ text: unread ? w.emptyUnread : w.empty }}
        widthMin={640}
        toolbar={
          <Segmented<'all' | 'unread'>
            aria-label={w.show}
            value={unread ? 'unread' : 'all'}
            onChange={(shown) => {
              state.toFirst?.();
              change({ unread: shown === 'unread' });
            }}
            options={[
              { value: 'all', label: w.all },
              { value: 'unread', label: w.unread },
            ]}
          />
        }
      />
    </>
  );
}
