/** A link that was refused: both sides, why, since when, and what a person may decide. */
import { Button, Flex } from 'antd';
import { Link } from 'react-router';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { ReasonTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { identityText } from '../identities';
import type { Review } from '../identity-queries';
import { namespaceWords } from '../words/customer';
import { refusalWords, reviewWords } from '../words/identities';
import type { Verdict } from './review-modal';

interface ReviewRowProps {
  review: Review;
  onDecide: (review: Review, verdict: Verdict, said: string) => void;
}

function Side({ side }: { side: Review['left'] }) {
  const w = useWords(reviewWords);
  const names = useWords(namespaceWords);
  return (
    <span className="review-side">
      <b className="num">{identityText(names, side)}</b>
      <Link to={`/customers/${side.customer_id}`}>{w.customer(side.customer_id)}</Link>
    </span>
  );
}

function Buttons({ review, onDecide }: ReviewRowProps) {
  const w = useWords(reviewWords);
  const names = useWords(namespaceWords);
  const { left, right } = review;
  const said = [left, right]
    .flatMap((side) => (side ? [w.side(identityText(names, side), side.customer_id)] : []))
    .join(' — ');
  return (
    <Flex gap={8} className="review-acts">
      {right ? (
        <Button size="small" onClick={() => onDecide(review, 'accept', said)}>
          {w.accept}
        </Button>
      ) : null}
      <Button size="small" onClick={() => onDecide(review, 'dismiss', said)}>
        {w.dismiss}
      </Button>
    </Flex>
  );
}

function Decided({ review }: { review: Review }) {
  const w = useWords(reviewWords);
  const zone = useBrand().time_zone;
  if (!review.decided_at) return null;
  const state = review.state === 'accepted' ? w.accepted : w.dismissed;
  return (
    <p className="quiet">
      {w.decided(state, review.decided_by ?? '', timeText(review.decided_at, zone))}
      {review.note ? w.noted(review.note) : null}
    </p>
  );
}

export function ReviewRow({ review, onDecide }: ReviewRowProps) {
  const w = useWords(reviewWords);
  const refusals: Record<string, string> = useWords(refusalWords);
  const merges = useCan('customers.merge');
  const { left, right } = review;
  return (
    <li>
      <div>
        <p className="review-sides">
          <Side side={left} />
          {right ? <Side side={right} /> : null}
        </p>
        <p className="link-weight">
          <ReasonTag code={review.reason} tone="warning" label={refusals[review.reason] ?? review.reason} />{' '}
          <span>
            {w.opened} <Time at={review.opened_at} />
          </span>
        </p>
        {right ? null : <p className="quiet">{w.sharedHelp}</p>}
        {right && left.customer_id === right.customer_id ? <p className="quiet">{w.same}</p> : null}
        <Decided review={review} />
      </div>
      {merges && review.state === 'open' ? <Buttons review={review} onDecide={onDecide} /> : null}
    </li>
  );
}
