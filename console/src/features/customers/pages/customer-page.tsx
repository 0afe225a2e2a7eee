/** One customer: who, why this stage, what they did, what they were sent, whether they may be spoken to. */
import { Alert, Button } from 'antd';
import { Link, useParams } from 'react-router';
import { ApiProblem } from '@/client/problem';
import { DataAsOf } from '@/ui/data-as-of';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import type { Trait } from '@/ui/trait-value';
import '../customers.css';
import { ConsentCard } from '../components/consent-card';
import { CustomerHead } from '../components/customer-head';
import { FieldsCard } from '../components/fields-card';
import { Headlines } from '../components/headlines';
import { IdentitiesCard } from '../components/identities-card';
import { MergedNotice } from '../components/merged-notice';
import { MessagesCard } from '../components/messages-card';
import { ReachCard } from '../components/reach-card';
import { SegmentsCard } from '../components/segments-card';
import { StageCard } from '../components/stage-card';
import { TagsCard } from '../components/tags-card';
import { TimelineCard } from '../components/timeline-card';
import { TraitsCard } from '../components/traits-card';
import { useCustomer, useInsight, useTraits } from '../queries';
import { words } from '../words/customer';

const NO_TRAITS: Trait[] = [];
const isUnknown = (error: unknown) => error instanceof ApiProblem && error.status === 404;

export function CustomerPage() {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const seesSegments = useCan('segments.read');
  const { customerId: text = '' } = useParams();
  const customerId = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  const customer = useCustomer(customerId);
  const insight = useInsight(customerId, customer.data?.profile.customer_id === customerId);
  const traits = useTraits(seesSegments).data ?? NO_TRAITS;
  const missing = customerId === 0 || isUnknown(customer.error);
  const counted = !isUnknown(insight.error);
  if (missing)
    return (
      <EmptyBlock
        text={w.noSuch}
        action={
          <Link to="/customers">
            <Button>{w.back}</Button>
          </Link>
        }
      />
    );
  const currentId = customer.data?.profile.customer_id ?? customerId;
  if (currentId !== customerId) return <MergedNotice customerId={customerId} currentId={currentId} />;
  const period = insight.data ? timeText(insight.data.as_of, zone) : '';
  const stage = insight.data?.traits.stage;
  return (
    <div className="customer">
      <DataAsOf at={insight.data?.as_of} />
      <StateBlock query={customer} height={160}>
        {({ profile }) => (
          <CustomerHead profile={profile} stage={typeof stage === 'string' ? stage : undefined} />
        )}
      </StateBlock>
      {counted ? (
        <Headlines insight={insight.data} traits={traits} period={period} />
      ) : (
        <Alert type="info" showIcon title={w.noTraits} />
      )}
      <div className="customer-columns">
        <div>
          <TimelineCard customerId={customerId} />
        </div>
        <div>
          {counted ? (
            <StateBlock query={insight} height={200}>
              {(data) => <StageCard insight={data} traits={traits} />}
            </StateBlock>
          ) : null}
          <TagsCard customerId={customerId} />
          <FieldsCard customerId={customerId} />
          {customer.data ? <IdentitiesCard profile={customer.data.profile} /> : null}
          {customer.data ? <ReachCard customer={customer.data} /> : null}
          {customer.data ? <ConsentCard customer={customer.data} /> : null}
          <MessagesCard customerId={customerId} />
          {seesSegments && counted ? <SegmentsCard customerId={customerId} traits={traits} /> : null}
          {counted ? (
            <StateBlock query={insight} height={320}>
              {(data) => <TraitsCard insight={data} traits={traits} period={period} />}
            </StateBlock>
          ) : null}
        </div>
      </div>
    </div>
  );
}
