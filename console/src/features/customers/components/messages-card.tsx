/** What was sent to the customer, or why it was not. */
import { Card } from 'antd';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ReasonTag, type Tone, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type Message, useMessages } from '../queries';
import { messageReasonWords, messageStateWords, words } from '../words/customer';

const TONES: Record<Message['state'], Tone> = {
  planned: 'running',
  deferred: 'warning',
  claimed: 'running',
  uncertain: 'warning',
  accepted: 'running',
  delivered: 'good',
  failed: 'bad',
  suppressed: 'neutral',
  stopped: 'neutral',
};

function Row({ message }: { message: Message }) {
  const w = useWords(words);
  const states = useWords(messageStateWords);
  const reasons: Record<string, string> = useWords(messageReasonWords);
  const campaigns = useCan('campaigns.read');
  const label = message.reason ? reasons[message.reason] : undefined;
  return (
    <li>
      <div className="message-head">
        <ToneTag tone={TONES[message.state]}>{states[message.state]}</ToneTag>
        {message.reason ? (
          <ReasonTag
            code={message.reason}
            {...(label ? { label } : {})}
            {...(message.detail ? { help: message.detail } : {})}
          />
        ) : null}
        <Time at={message.final_at ?? message.sent_at ?? message.next_attempt_at ?? message.planned_at} />
        {campaigns ? (
          <Link to={`/campaigns/${message.campaign_id}`}>
            {w.messageCampaign} {message.campaign_id}
          </Link>
        ) : null}
      </div>
      <p>{message.template_text}</p>
    </li>
  );
}

export function MessagesCard({ customerId }: { customerId: number }) {
  const w = useWords(words);
  const query = useMessages(customerId);
  return (
    <Card title={w.messages}>
      <StateBlock
        query={query}
        height={120}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.messagesEmpty }}
      >
        {({ items }) => (
          <ol className="messages">
            {items.map((message) => (
              <Row key={message.message_id} message={message} />
            ))}
          </ol>
        )}
      </StateBlock>
    </Card>
  );
}
