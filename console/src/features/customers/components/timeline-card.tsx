/** What the customer did and was sent, newest first; however long it is, only what is in sight is in the page. */
import { Card, Segmented } from 'antd';
import { useCallback, useEffect, useMemo } from 'react';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { EmptyBlock, ErrorBlock, StateBlock } from '@/ui/state-block';
import { useUrlState } from '@/ui/use-url-state';
import { VirtualList } from '@/ui/virtual-list';
import {
  type Message,
  TIMELINE_KINDS,
  TIMELINE_PAGES,
  type TimelineEntry,
  type TimelineKinds,
  useMessages,
  useTimeline,
} from '../queries';
import { merged } from '../timeline';
import { words } from '../words/timeline';
import { Happened } from './timeline-entry';

const ROW_HEIGHT = 58;
const BOX_HEIGHT = Math.max(480, window.innerHeight - 230); // the card fills the window below the header
const NO_MESSAGES: Message[] = [];

const keyOf = (one: TimelineEntry | Message, index: number): string =>
  'message_id' in one
    ? `message/${one.message_id}`
    : `${one.fact}/${one.source}/${one.key || `${one.occurred_at}/${index}`}`;

export function TimelineCard({ customerId }: { customerId: number }) {
  const w = useWords(words);
  const language = useLanguage();
  const [url, change] = useUrlState({ happened: 'all' });
  const kinds = TIMELINE_KINDS.find((each) => each === url.happened) ?? 'all';
  const query = useTimeline(customerId, kinds);
  const sent = useMessages(customerId).data?.items ?? NO_MESSAGES;
  const messages = kinds === 'all' ? sent : NO_MESSAGES;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const entries = useMemo(() => {
    const facts = query.data?.pages.flatMap(({ items }) => items) ?? [];
    return merged(facts, messages, hasNextPage);
  }, [query.data, messages, hasNextPage]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  // The newest files are read first: a page may hold little, or nothing, while older ones are still to be read.
  const few = entries.length < TIMELINE_PAGES.first;
  useEffect(() => {
    if (few) more();
  }, [few, more]);
  const labels: Record<TimelineKinds, string> = { all: w.all, purchases: w.purchases, events: w.events };
  const empty: Record<TimelineKinds, string> = {
    all: w.empty,
    purchases: w.emptyPurchases,
    events: w.emptyEvents,
  };
  return (
    <Card
      className="timeline-card"
      title={w.title}
      extra={
        <Segmented<TimelineKinds>
          aria-label={w.kinds}
          size="small"
          value={kinds}
          onChange={(next) => change({ happened: next })}
          options={TIMELINE_KINDS.map((value) => ({ value, label: labels[value] }))}
        />
      }
    >
      <StateBlock query={query} height={240}>
        {() =>
          entries.length === 0 && !hasNextPage ? (
            <EmptyBlock text={empty[kinds]} />
          ) : (
            <>
              <VirtualList<TimelineEntry | Message>
                key={kinds}
                label={w.list}
                items={entries}
                keyOf={keyOf}
                rowHeight={ROW_HEIGHT}
                heightMax={BOX_HEIGHT}
                onNearEnd={more}
              >
                {(one) => <Happened customerId={customerId} what={one} />}
              </VirtualList>
              {isFetchNextPageError ? (
                <ErrorBlock error={query.error} onRetry={() => void fetchNextPage()} />
              ) : (
                <p className="timeline-end">
                  {hasNextPage ? w.loading : w.end(numText(entries.length, language))}
                </p>
              )}
            </>
          )
        }
      </StateBlock>
    </Card>
  );
}
