/** How many refused links wait for a person, beside the link in the navigation. */
import { Badge } from 'antd';
import { useReviewCount } from '../by-hand-queries';

export function ReviewBadge() {
  return <Badge count={useReviewCount().data?.open ?? 0} overflowCount={99} size="small" />;
}
