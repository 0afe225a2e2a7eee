/** One delivery: every attempt with what was answered, and what would be sent now. */
import { App, Descriptions, Drawer, Flex } from 'antd';
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type Attempt, type Destination, useDelivery, useDestinationActions } from '../queries';
import { OUTCOME_TONE } from '../standing';
import { deliveryWords, outcomeWords, words } from '../words';

export function OutcomeTag({ attempt }: { attempt: Attempt }) {
  const outcomes = useWords(outcomeWords);
  return (
    <ToneTag tone={OUTCOME_TONE[attempt.outcome] ?? 'bad'}>
      {outcomes[attempt.outcome]}
      {attempt.status ? ` ${attempt.status}` : ''}
    </ToneTag>
  );
}

function Attempts({ items }: { items: Attempt[] }) {
  const w = useWords(words);
  if (items.length === 0) return <p className="destination-quiet">{w.noAttempt}</p>;
  return (
    <table className="destination-log" aria-label={w.attemptsTitle}>
      <tbody>
        {items.map((one) => (
          <tr key={one.at}>
            <td>
              <Time at={one.at} detail="second" />
            </td>
            <td>
              <OutcomeTag attempt={one} />
              {one.excerpt ? <div className="destination-quiet">{one.excerpt}</div> : null}
            </td>
            <td className="end destination-quiet">
              {w.latency(one.latency_ms)}
              <div>
                <Num value={one.body_bytes} unit={w.bytes} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DeliveryDrawerProps {
  of: Destination;
  deliveryId: number;
  onClose: () => void;
}

export function DeliveryDrawer({ of, deliveryId, onClose }: DeliveryDrawerProps) {
  const w = useWords(words);
  const states = useWords(deliveryWords);
  const edits = useCan('destinations.edit');
  const { message } = App.useApp();
  const query = useDelivery(of.destination_id, deliveryId);
  const { replay } = useDestinationActions();
  const again = async () => {
    const { deliveries } = await replay(of.destination_id, { delivery_ids: [deliveryId] });
    message.info(deliveries ? w.replayed(deliveries) : w.replayNone);
  };
  const ended = query.data !== undefined && query.data.delivery.state !== 'waiting';
  return (
    <Drawer
      open
      onClose={onClose}
      size={720}
      title={query.data?.delivery.name ?? w.number}
      extra={
        edits && ended && of.state !== 'removed' ? (
          <ConfirmButton question={w.replayQuestion} onConfirm={again}>
            {w.replay}
          </ConfirmButton>
        ) : null
      }
    >
      <StateBlock query={query} height={320}>
        {({ delivery, attempts, body }) => (
          <Flex vertical gap={20}>
            <Descriptions
              column={2}
              size="small"
              items={[
                { key: 'state', label: w.state, children: states[delivery.state] },
                { key: 'fact', label: w.fact, children: <code>{delivery.fact}</code> },
                { key: 'count', label: w.count, children: <Num value={delivery.events} /> },
                { key: 'batch', label: w.batch, children: delivery.batch_id },
                { key: 'at', label: w.at, children: <Time at={delivery.created_at} detail="second" /> },
                { key: 'next', label: w.next, children: <Time at={delivery.next_attempt_at} /> },
                ...(delivery.takes_back
                  ? [{ key: 'takes_back', label: w.takesBack, children: delivery.takes_back }]
                  : []),
                ...(delivery.replayed_by
                  ? [{ key: 'by', label: w.replayedBy, children: delivery.replayed_by }]
                  : []),
              ]}
            />
            <section>
              <h3>{w.attemptsTitle}</h3>
              <Attempts items={attempts} />
            </section>
            {body ? (
              <JsonView value={JSON.parse(body) as unknown} label={w.body} />
            ) : (
              <p className="destination-quiet">{of.with_identities ? w.bodyHidden : w.bodyGone}</p>
            )}
          </Flex>
        )}
      </StateBlock>
    </Drawer>
  );
}
