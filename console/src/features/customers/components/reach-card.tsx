/** Whether the customer may be written to, and why not; an opt-out is registered here. */
import { CheckCircleFilled, StopFilled } from '@ant-design/icons';
import { Button, Card } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { type Customer, useCustomerActions } from '../queries';
import { words } from '../words/customer';
import { ReasonModal } from './reason-modal';

type Reach = Customer['reach'][number];

function useWhyNot(): (reach: Reach) => string {
  const w = useWords(words);
  const suppressed: Record<string, string> = {
    legal_block: w.legal_block,
    complaint: w.complaint,
    opt_out_global: w.opt_out_global,
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
  return (
    <Card
      title={w.reach}
      extra={
        sends && sms && !sms.suppressed?.startsWith('opt_out') ? (
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
