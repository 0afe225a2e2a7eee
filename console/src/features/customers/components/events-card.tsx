/** What the customer did as programs, pages and mini programs told it, newest first. */
import { Button, Card, Flex } from 'antd';
import { useWords } from '@/ui/i18n';
import { EmptyBlock, ErrorBlock, StateBlock } from '@/ui/state-block';
import { ColorTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type CustomerEvent, useCustomerEvents } from '../queries';
import { told } from '../timeline';
import { words } from '../words/customer';

function Entry({ event }: { event: CustomerEvent }) {
  return (
    <li>
      <Time at={event.occurred_at} />
      <div className="entry">
        <Flex gap={8} align="center" wrap>
          <ColorTag color="indigo">{event.title}</ColorTag>
          <span className="quiet">{event.source}</span>
        </Flex>
        <small className="quiet">{told(event.properties)}</small>
      </div>
    </li>
  );
}

export function EventsCard({ customerId }: { customerId: number }) {
  const w = useWords(words);
  const query = useCustomerEvents(customerId);
  const events = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title={w.events}>
      <StateBlock query={query} height={160}>
        {() => (
          <>
            {events.length === 0 ? <EmptyBlock text={w.eventsEmpty} /> : null}
            <ol className="entries">
              {events.map((event, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two events of one moment may be alike in everything.
                <Entry key={`${event.occurred_at}/${index}`} event={event} />
              ))}
            </ol>
            {query.isFetchNextPageError ? <ErrorBlock error={query.error} /> : null}
            {query.hasNextPage ? (
              <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {w.moreEvents}
              </Button>
            ) : null}
          </>
        )}
      </StateBlock>
    </Card>
  );
}
