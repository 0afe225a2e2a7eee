/** One thing that happened to a customer: an order with its lines, a refund, a message, an event with its details. */
import { Button, Flex } from 'antd';
import { memo, type ReactNode, useState } from 'react';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Money, Num } from '@/ui/numbers';
import { wordOf } from '@/ui/progress/work-progress';
import { StateBlock } from '@/ui/state-block';
import { ColorTag, type TagColor } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type Message, type TimelineEntry, useOrderLines, useStoreName } from '../queries';
import { happenedAt } from '../timeline';
import { messageStateWords } from '../words/customer';
import { detailNames, eventNames, valueNames, words } from '../words/timeline';

const COLOURS: Record<string, TagColor> = { order: 'green', refund: 'red', order_placed: 'amber' };
const DETAILS_MAX = 5;
const UNSAID = new Set(['currency', 'path']); // the title says it, the amount says it

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

interface FrameProps {
  at: string;
  tag: ReactNode;
  beside?: ReactNode;
  below?: ReactNode;
  amount?: ReactNode;
}

function Frame({ at, tag, beside, below, amount }: FrameProps) {
  return (
    <div className="timeline-entry">
      <Time at={at} />
      <div className="entry">
        <Flex gap={8} align="center" wrap>
          {tag}
          {beside}
        </Flex>
        {below}
      </div>
      {amount}
    </div>
  );
}

function Purchase({ customerId, entry }: { customerId: number; entry: TimelineEntry }) {
  const w = useWords(words);
  const storeName = useStoreName();
  const [open, setOpen] = useState(false);
  const names: Record<string, string> = { order: w.order, refund: w.refund, order_placed: w.order_placed };
  const refund = entry.fact === 'refund';
  const where = [entry.channel, storeName(entry.store_key ?? null)].filter(Boolean).join(' · ');
  return (
    <Frame
      at={entry.occurred_at}
      tag={<ColorTag color={COLOURS[entry.fact] ?? 'grey'}>{names[entry.fact] ?? entry.fact}</ColorTag>}
      beside={
        <>
          <span className="quiet">{where}</span>
          {entry.lines ? (
            <Button type="link" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? w.hideLines : w.showLines(entry.lines)}
            </Button>
          ) : null}
        </>
      }
      below={
        <>
          <small className="quiet">{entry.key}</small>
          {open ? <Lines customerId={customerId} entry={entry} /> : null}
        </>
      }
      amount={
        <b className={refund ? 'entry-amount bad' : 'entry-amount'}>
          {refund ? '−' : ''}
          <Money fen={Math.abs(entry.amount_fen ?? 0)} />
        </b>
      }
    />
  );
}

/** A detail as people read it. */
function Detail({ name, value, entry }: { name: string; value: unknown; entry: TimelineEntry }) {
  const w = useWords(words);
  const language = useLanguage();
  const values = useWords(valueNames);
  const storeName = useStoreName();
  if (name === 'product_key') return entry.product_name ?? String(value);
  if (name === 'store_key') return storeName(String(value));
  if (name.endsWith('_fen') && typeof value === 'number') return <Money fen={value} />;
  if (name === 'seconds' && typeof value === 'number') return w.seconds(numText(value, language));
  if (typeof value === 'number') return numText(value, language);
  if (typeof value === 'boolean') return value ? w.yes : w.no;
  return typeof value === 'string' ? wordOf(values, value) : JSON.stringify(value);
}

function Event({ entry }: { entry: TimelineEntry }) {
  const w = useWords(words);
  const language = useLanguage();
  const names = useWords(eventNames);
  const details = useWords(detailNames);
  const own = language === 'zh-CN' ? entry.title_zh : entry.title_en;
  const said = Object.entries(entry.details ?? {}).filter(([name]) => !UNSAID.has(name));
  return (
    <Frame
      at={entry.occurred_at}
      tag={
        <ColorTag color="grey">
          {own || (names[entry.fact as keyof typeof names] ?? <code>{entry.fact}</code>)}
        </ColorTag>
      }
      beside={<span className="quiet">{w.from(entry.source)}</span>}
      below={
        <small className="entry-details">
          {said.slice(0, DETAILS_MAX).map(([name, value]) => (
            <span key={name}>
              <span className="quiet">{details[name as keyof typeof details] ?? <code>{name}</code>}</span>{' '}
              <Detail name={name} value={value} entry={entry} />
            </span>
          ))}
        </small>
      }
    />
  );
}

function Sent({ message }: { message: Message }) {
  const w = useWords(words);
  const states = useWords(messageStateWords);
  return (
    <Frame
      at={happenedAt(message)}
      tag={<ColorTag color="indigo">{w.message}</ColorTag>}
      beside={<span className="quiet">{states[message.state]}</span>}
      below={<small className="quiet">{message.template_text}</small>}
    />
  );
}

interface HappenedProps {
  customerId: number;
  what: TimelineEntry | Message;
}

export const Happened = memo(function Happened({ customerId, what }: HappenedProps) {
  if ('message_id' in what) return <Sent message={what} />;
  if (what.fact in COLOURS) return <Purchase customerId={customerId} entry={what} />;
  return <Event entry={what} />;
});
