/** A number that was merged says so and leads to whom it counts as. */
import { Alert, Button } from 'antd';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { words } from '../words/identities';

export function MergedNotice({ customerId, currentId }: { customerId: number; currentId: number }) {
  const w = useWords(words);
  return (
    <>
      <PageHead title={w.mergedTitle(customerId, currentId)} />
      <Alert
        type="info"
        showIcon
        title={w.mergedText}
        action={
          <Link to={`/customers/${currentId}`}>
            <Button type="primary">{w.openCustomer(currentId)}</Button>
          </Link>
        }
      />
    </>
  );
}
