/** What went or goes to a destination, newest first, by state. */
import { Button, Card, Flex, Segmented } from 'antd';
import { useState } from 'react';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { type Tone, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useUrlState } from '@/ui/use-url-state';
import { type Delivery, type DeliveryState, type Destination, useDeliveries } from '../queries';
import { deliveryWords, words } from '../words';
import { DeliveryDrawer, OutcomeTag } from './delivery-drawer';
import { ReplayModal } from './replay-modal';

const STATES = ['waiting', 'delivered', 'failed', 'dropped'] as const satisfies DeliveryState[];
const TONE: Record<DeliveryState, Tone> = {
  waiting: 'running',
  delivered: 'good',
  failed: 'bad',
  dropped: 'neutral',
};
const isState = (text: string): text is DeliveryState => STATES.some((one) => one === text);

function Row({ one, onLook }: { one: Delivery; onLook: () => void }) {
  const w = useWords(words);
  const states = useWords(deliveryWords);
  const language = useLanguage();
  return (
    <tr>
      <td>
        <Button type="link" size="small" onClick={onLook} style={{ paddingInline: 0 }}>
          {one.name}
        </Button>
      </td>
      <td>
        <code>{one.fact}</code> {one.takes_back ? <ToneTag tone="neutral">{w.takenBack}</ToneTag> : null}
      </td>
      <td className="end">
        <Num value={one.events - one.left_out} />
        {one.left_out > 0 ? (
          <div className="destination-quiet">{w.leftOut(numText(one.left_out, language))}</div>
        ) : null}
      </td>
      <td>
        <Time at={one.created_at} detail="second" />
      </td>
      <td>
        <ToneTag tone={TONE[one.state]}>{states[one.state]}</ToneTag>
      </td>
      <td className="end">
        <Num value={one.attempts} />
      </td>
      <td>
        {one.last ? <OutcomeTag attempt={one.last} /> : <span className="destination-quiet">—</span>}{' '}
        {one.last ? <small className="destination-quiet">{w.latency(one.last.latency_ms)}</small> : null}
        {one.state === 'waiting' && one.attempts > 0 ? (
          <div className="destination-quiet">
            {w.next} <Time at={one.next_attempt_at} look="relative" />
          </div>
        ) : null}
      </td>
    </tr>
  );
}

export function DeliveriesCard({ of }: { of: Destination }) {
  const w = useWords(words);
  const states = useWords(deliveryWords);
  const edits = useCan('destinations.edit') && of.state !== 'removed';
  const [{ state }, setUrl] = useUrlState({ state: '' });
  const [before, setBefore] = useState<number>();
  const query = useDeliveries(of.destination_id, isState(state) ? [state] : [], before);
  const [looking, setLooking] = useState<number>();
  const [replaying, setReplaying] = useState(false);
  const options = [{ value: '', label: w.all }, ...STATES.map((value) => ({ value, label: states[value] }))];
  const next = query.data?.next_id;
  return (
    <Card
      className="destination-gap"
      title={w.log}
      extra={edits ? <Button onClick={() => setReplaying(true)}>{w.replay}…</Button> : null}
    >
      <Flex justify="space-between" align="center" gap={16} wrap>
        <Segmented<string>
          value={isState(state) ? state : ''}
          options={options}
          onChange={(value) => {
            setBefore(undefined);
            setUrl({ state: value });
          }}
        />
        <span className="destination-quiet">{w.logHelp}</span>
      </Flex>
      <StateBlock
        query={query}
        height={200}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: state ? w.noneInState : w.none }}
      >
        {({ items }) => (
          <table className="destination-log destination-gap" aria-label={w.log}>
            <thead>
              <tr>
                <th scope="col">{w.number}</th>
                <th scope="col">{w.fact}</th>
                <th scope="col" className="end">
                  {w.count}
                </th>
                <th scope="col">{w.at}</th>
                <th scope="col">{w.state}</th>
                <th scope="col" className="end">
                  {w.attempts}
                </th>
                <th scope="col">{w.result}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <Row key={one.delivery_id} one={one} onLook={() => setLooking(one.delivery_id)} />
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
      {before || next ? (
        <Flex justify="end" gap={8} className="destination-gap">
          <Button size="small" disabled={!before} onClick={() => setBefore(undefined)}>
            {w.newestPage}
          </Button>
          <Button size="small" disabled={!next} onClick={() => setBefore(next ?? undefined)}>
            {w.olderPage}
          </Button>
        </Flex>
      ) : null}
      {looking ? <DeliveryDrawer of={of} deliveryId={looking} onClose={() => setLooking(undefined)} /> : null}
      {replaying ? (
        <ReplayModal destinationId={of.destination_id} onClose={() => setReplaying(false)} />
      ) : null}
    </Card>
  );
}
