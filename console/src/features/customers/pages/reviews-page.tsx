/** What Siyu refused to join and a person has to decide. */
import { Button, Card, Segmented } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { ErrorBlock, StateBlock } from '@/ui/state-block';
import { useUrlState } from '@/ui/use-url-state';
import '../customers.css';
import { ReviewModal, type Verdict } from '../components/review-modal';
import { ReviewRow } from '../components/review-row';
import { type Review, type ReviewState, useReviews } from '../identity-queries';
import { reviewWords } from '../words/identities';

const STATES: readonly ReviewState[] = ['open', 'accepted', 'dismissed'];
interface Deciding {
  review: Review;
  verdict: Verdict;
  said: string;
}

function ReviewList({ state }: { state: ReviewState }) {
  const w = useWords(reviewWords);
  const query = useReviews(state);
  const [deciding, setDeciding] = useState<Deciding>();
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <StateBlock
        query={query}
        height={240}
        isEmpty={() => items.length === 0}
        empty={{ text: state === 'open' ? w.emptyOpen : w.emptyDecided }}
      >
        {() => (
          <ul className="links reviews" aria-label={w.list}>
            {items.map((review) => (
              <ReviewRow
                key={review.review_id}
                review={review}
                onDecide={(one, verdict, said) => setDeciding({ review: one, verdict, said })}
              />
            ))}
          </ul>
        )}
      </StateBlock>
      {query.isFetchNextPageError ? <ErrorBlock error={query.error} /> : null}
      {query.hasNextPage ? (
        <Button block loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {w.more}
        </Button>
      ) : null}
      {deciding ? <ReviewModal {...deciding} onClose={() => setDeciding(undefined)} /> : null}
    </>
  );
}

export function ReviewsPage() {
  const w = useWords(reviewWords);
  const [url, change] = useUrlState({ state: 'open' });
  const state = STATES.find((each) => each === url.state) ?? 'open';
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <Card
        title={
          <Segmented<ReviewState>
            aria-label={w.show}
            value={state}
            onChange={(next) => change({ state: next })}
            options={STATES.map((value) => ({ value, label: w[value] }))}
          />
        }
      >
        <ReviewList state={state} />
      </Card>
    </>
  );
}
