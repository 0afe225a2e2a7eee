/** What the customer agreed to: how it stands, every word with its text and source, a new word, and the proof. */
import { Button, Card, Flex } from 'antd';
import { useState } from 'react';
import { channelWords, purposeWords, sourceWords } from '@/ui/consent-words';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { ColorTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type Customer, proveConsent } from '../queries';
import { words } from '../words/consent';
import { ConsentModal } from './consent-modal';
import { ReasonModal } from './reason-modal';

type Consent = Customer['consents'][number];
type Standing = Customer['standings'][number];

function Standings({ standings }: { standings: Standing[] }) {
  const w = useWords(words);
  const purposes = useWords(purposeWords);
  const channels = useWords(channelWords);
  const said = standings.filter((one) => one.said);
  if (said.length === 0) return <p className="quiet">{w.nothingSaid}</p>;
  return (
    <ul className="standings" aria-label={w.standing}>
      {said.map((one) => (
        <li key={`${one.purpose}/${one.channel}`}>
          <ColorTag color={one.allowed ? 'green' : 'red'}>{one.allowed ? w.granted : w.refused}</ColorTag>
          <span>
            {purposes[one.purpose]}
            {one.channel === 'all' ? '' : ` · ${channels[one.channel]}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Word({ consent }: { consent: Consent }) {
  const w = useWords(words);
  const purposes: Record<string, string> = useWords(purposeWords);
  const channels: Record<string, string> = useWords(channelWords);
  const sources: Record<string, string> = useWords(sourceWords);
  const source = sources[consent.source] ?? consent.source;
  const facts = [
    consent.recorded_by && consent.recorded_by !== consent.source ? w.by(consent.recorded_by) : '',
    consent.text_title ? w.text(consent.text_title, consent.text_version ?? 0) : '',
    consent.has_evidence ? w.evidence : '',
    consent.seal_no === null ? w.unsealed : w.sealed(consent.seal_no),
  ];
  return (
    <li className={consent.taken_back_at ? 'taken-back' : ''}>
      <ColorTag color={consent.granted ? 'green' : 'red'}>{consent.granted ? w.granted : w.refused}</ColorTag>
      <span>
        {purposes[consent.purpose] ?? consent.purpose} · {channels[consent.channel] ?? consent.channel}
      </span>
      <span className="quiet">{source}</span>
      <Time at={consent.said_at} />
      {consent.taken_back_at ? <ColorTag color="grey">{w.takenBack}</ColorTag> : null}
      <small className="quiet">{facts.filter(Boolean).join(' · ')}</small>
    </li>
  );
}

export function ConsentCard({ customer }: { customer: Customer }) {
  const w = useWords(words);
  const edits = useCan('consents.edit');
  const proves = useCan('consents.prove');
  const { customer_id: customerId } = customer.profile;
  const [open, setOpen] = useState<'word' | 'proof'>();
  const close = () => setOpen(undefined);
  return (
    <Card
      title={w.title}
      extra={
        <Flex gap={8}>
          {proves ? (
            <Button size="small" onClick={() => setOpen('proof')}>
              {w.proof}
            </Button>
          ) : null}
          {edits ? (
            <Button size="small" onClick={() => setOpen('word')}>
              {w.record}
            </Button>
          ) : null}
        </Flex>
      }
    >
      <Standings standings={customer.standings} />
      <h3 className="card-part">{w.history}</h3>
      {customer.consents.length === 0 ? <p className="quiet">{w.historyEmpty}</p> : null}
      <ul className="consents" aria-label={w.history}>
        {customer.consents.map((consent) => (
          <Word key={consent.consent_entry_id} consent={consent} />
        ))}
      </ul>
      {open === 'word' ? <ConsentModal customerId={customerId} onClose={close} /> : null}
      <ReasonModal
        open={open === 'proof'}
        title={w.proofTitle}
        okText={w.proofOk}
        label={w.proofReason}
        placeholder={w.proofPlaceholder}
        text={w.proofText}
        onReason={(reason) => proveConsent(customerId, reason)}
        onClose={close}
      />
    </Card>
  );
}
