/** Who enters and leaves a stored segment once its changed definition is saved. */
import { Alert } from 'antd';
import { Link } from 'react-router';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useChanges } from '../comparing-queries';
import { words } from '../comparing-words';
import type { Definition } from '../definition';

function Some({ title, ids }: { title: string; ids: number[] }) {
  if (ids.length === 0) return null;
  return (
    <p className="change-some">
      <span className="quiet">{title}</span>{' '}
      {ids.map((customerId) => (
        <Link key={customerId} to={`/customers/${customerId}`} className="num">
          {customerId}
        </Link>
      ))}
    </p>
  );
}

interface ChangeNoteProps {
  segmentId: number;
  definition: Definition | undefined;
  asOf: string;
}

export function ChangeNote({ segmentId, definition, asOf }: ChangeNoteProps) {
  const w = useWords(words);
  const language = useLanguage();
  const { data, error } = useChanges(segmentId, definition, asOf);
  if (!data || error) return null;
  const { entering, leaving, staying } = data;
  const counts = [w.entering(numText(entering, language)), w.leaving(numText(leaving, language))];
  const still = entering === 0 && leaving === 0;
  return (
    <Alert
      type="info"
      showIcon
      title={`${w.changes}: ${[...(still ? [w.unchanged] : counts), w.staying(numText(staying, language))].join(' · ')}`}
      description={
        still ? null : (
          <>
            <Some title={w.firstIn} ids={data.entering_ids} />
            <Some title={w.firstOut} ids={data.leaving_ids} />
          </>
        )
      }
    />
  );
}
