/** What the customer did, newest first: orders with their products, refunds. */
import { Button, Card, Flex } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { Money, Num } from '@/ui/numbers';
import { EmptyBlock, ErrorBlock, StateBlock } from '@/ui/state-block';
import { ColorTag, type TagColor } from '@/ui/tags';
import { Time } from '@/ui/time';
import {
  type Message,
  type TimelineEntry,
  useMessages,
  useOrderLines,
  useStoreName,
  useTimeline,
} from '../queries';
import { happenedAt, merged } from '../timeline';
import { messageStateWords, words } from '../words/customer';

const COLOURS: Record<string, TagColor> = { order: 'green', refund: 'red', order_placed: 'grey' };

function Lines({ customerId, entry }: { customerId: number; entry: TimelineEntry }) {
  const w = useWords(words);
  const query = useOrderLines(customerId, entry, true);
  return (
    <StateBlock query={query} height={64} isEmpty={({ items }) => items.length === 0}>
      {({ items }) => (
        <table className="order-lines">
          <thead>
            <tr>
              <th scope="col">{w.product}</th>
              <th scope="col" className="end">
                {w.quantity}
              </th>
              <th scope="col" className="end">
                {w.amount}
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an order may hold the same product on two equal lines.
              <tr key={index}>
                <td>
                  {line.product_name ?? line.product_key ?? '—'}{' '}
                  {line.category ? <small>{line.category}</small> : null}
                </td>
                <td className="end">
                  <Num value={line.quantity} digits={Number.isInteger(line.quantity) ? 0 : 2} />
                </td>
                <td className="end">
                  <Money fen={line.amount_fen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </StateBlock>
  );
}

function Entry({ customerId, entry }: { customerId: number; entry: TimelineEntry }) {
  const w = useWords(words);
  const storeName = useStoreName();
  const [open, setOpen] = useState(false);
  const names: Record<string, string> = { order: w.order, refund: w.refund, order_placed: w.order_placed };
  const refund = entry.fact === 'refund';
  const where = [entry.channel, storeName(entry.store_key)].filter(Boolean).join(' · ');
  return (
    <li>
      <Time at={entry.occurred_at} />
      <div className="entry">
        <Flex gap={8} align="center" wrap>
          <ColorTag color={COLOURS[entry.fact] ?? 'grey'}>{names[entry.fact] ?? entry.fact}</ColorTag>
          <span className="quiet">{where}</span>
          {entry.lines ? (
            <Button type="link" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? w.hideLines : w.showLines(entry.lines)}
            </Button>
          ) : null}
        </Flex>
        <small className="quiet">{entry.key}</small>
        {open ? <Lines customerId={customerId} entry={entry} /> : null}
      </div>
      <b className={refund ? 'entry-amount bad' : 'entry-amount'}>
        {refund ? '−' : ''}
        <Money fen={Math.abs(entry.amount_fen)} />
      </b>
    </li>
  );
}

function MessageEntry({ message }: { message: Message }) {
  const w = useWords(words);
  const states = useWords(messageStateWords);
  return (
    <li>
      <Time at={happenedAt(message)} />
      <div className="entry">
        <Flex gap={8} align="center" wrap>
          <ColorTag color="indigo">{w.message}</ColorTag>
          <span className="quiet">{states[message.state]}</span>
        </Flex>
        <small className="quiet">{message.template_text}</small>
      </div>
    </li>
  );
}

export function TimelineCard({ customerId }: { customerId: number }) {
  const w = useWords(words);
  const query = useTimeline(customerId);
  const messages = useMessages(customerId).data?.items;
  const facts = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const entries = merged(facts, messages ?? [], query.hasNextPage);
  return (
    <Card title={w.timeline}>
      <StateBlock query={query} height={240}>
        {() => (
          <>
            {entries.length === 0 ? <EmptyBlock text={w.timelineEmpty} /> : null}
            <ol className="entries">
              {entries.map((entry) =>
                'message_id' in entry ? (
                  <MessageEntry key={`message/${entry.message_id}`} message={entry} />
                ) : (
                  <Entry
                    key={`${entry.fact}/${entry.source}/${entry.key}`}
                    customerId={customerId}
                    entry={entry}
                  />
                ),
              )}
            </ol>
            {query.isFetchNextPageError ? <ErrorBlock error={query.error} /> : null}
            {query.hasNextPage ? (
              <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {w.more}
              </Button>
            ) : null}
          </>
        )}
      </StateBlock>
    </Card>
  );
}
