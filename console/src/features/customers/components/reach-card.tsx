/** Whether the customer may be written to, why not, and what they said; an opt-out is registered here. */
import { CheckCircleFilled, StopFilled } from '@ant-design/icons';
import { Button, Card } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { ColorTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type Customer, useCustomerActions } from '../queries';
import { words } from '../words/customer';
import { ReasonModal } from './reason-modal';

type Reach = Customer['reach'][number];

function useWhyNot(): (reach: Reach) => string {
  const w = useWords(words);
  const suppressed: Record<string, string> = {
    complaint: w.complaint,
    opt_out: w.opt_out,
    invalid_address: w.invalid_address,
  };
  return (reach) =>
    [
      reach.suppressed ? (suppressed[reach.suppressed] ?? reach.suppressed) : '',
      reach.has_address ? '' : w.noAddress,
      reach.consented || reach.suppressed ? '' : w.noConsent,
    ]
      .filter(Boolean)
      .join(' · ');
}

export function ReachCard({ customer }: { customer: Customer }) {
  const w = useWords(words);
  const whyNot = useWhyNot();
  const sends = useCan('campaigns.send');
  const { customer_id: customerId } = customer.profile;
  const actions = useCustomerActions(customerId);
  const [asking, setAsking] = useState(false);
  const sms = customer.reach.find(({ channel }) => channel === 'sms');
  const terms: Record<string, string> = {
    sms: w.sms,
    marketing: w.marketing,
    transactional: w.transactional,
  };
  return (
    <Card
      title={w.reach}
      extra={
        sends && sms && sms.suppressed !== 'opt_out' ? (
          <Button size="small" onClick={() => setAsking(true)}>
            {w.optOut}
          </Button>
        ) : null
      }
    >
      {customer.reach.map((reach) => (
        <p key={reach.channel} className={`reach ${reach.reachable ? 'good' : 'bad'}`}>
          {reach.reachable ? <CheckCircleFilled /> : <StopFilled />}
          <b>{reach.reachable ? w.reachable : w.unreachable}</b>
          <span className="quiet">{whyNot(reach)}</span>
        </p>
      ))}
      <h3 className="card-part">{w.consents}</h3>
      {customer.consents.length === 0 ? <p className="quiet">{w.consentsEmpty}</p> : null}
      <ul className="consents">
        {customer.consents.map((consent) => (
          <li key={`${consent.said_at}/${consent.channel}/${consent.granted}`}>
            <ColorTag color={consent.granted ? 'green' : 'red'}>
              {consent.granted ? w.granted : w.refused}
            </ColorTag>
            <span>
              {terms[consent.channel] ?? consent.channel} · {terms[consent.purpose] ?? consent.purpose}
            </span>
            <span className="quiet">{consent.source}</span>
            <Time at={consent.said_at} detail="date" />
          </li>
        ))}
      </ul>
      <ReasonModal
        open={asking}
        title={w.optOutTitle}
        okText={w.optOutOk}
        label={w.optOutReason}
        placeholder={w.optOutPlaceholder}
        text={w.optOutText}
        onReason={actions.optOut}
        onClose={() => setAsking(false)}
      />
    </Card>
  );
}
