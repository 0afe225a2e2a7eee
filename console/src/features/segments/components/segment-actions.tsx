/** What is done with a segment: exported, compared, kept, archived, saved; and who uses it. */
import { Button, Flex } from 'antd';
import { Link, useNavigate } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { words as comparing } from '../comparing-words';
import { type Segment, useSegmentActions, useUsers } from '../queries';
import { words } from '../words';
import { ExportButton } from './export-button';
import { SnapshotButton } from './snapshot-button';

interface SegmentActionsProps {
  segment: Segment | undefined;
  ready: boolean;
  saveText: string;
  asOf: string;
  onSave: () => void;
}

export function SegmentActions({ segment, ready, saveText, asOf, onSave }: SegmentActionsProps) {
  const w = useWords(words);
  const c = useWords(comparing);
  const navigate = useNavigate();
  const edits = useCan('segments.edit');
  const exports = useCan('segments.export');
  const actions = useSegmentActions();
  const archive = async (segmentId: number) => {
    await actions.archive(segmentId);
    await navigate('/segments');
  };
  const open = segment && !segment.archived_at;
  const stored = segment !== undefined && segment.form !== 'dynamic';
  return (
    <>
      {segment && exports ? <ExportButton segmentId={segment.segment_id} /> : null}
      {segment ? (
        <Link to={`/segments/${segment.segment_id}/profile`}>
          <Button>{c.profile}</Button>
        </Link>
      ) : null}
      {open ? (
        <Link to={`/customers?segment_id=${segment.segment_id}`}>
          <Button>{w.seeCustomers}</Button>
        </Link>
      ) : null}
      {open && edits ? <SnapshotButton segment={segment} asOf={asOf} /> : null}
      {open && edits ? (
        <ConfirmButton
          question={w.archiveQuestion(segment.name)}
          detail={w.archiveDetail}
          okText={w.archive}
          danger
          onConfirm={() => archive(segment.segment_id)}
        >
          {w.archive}
        </ConfirmButton>
      ) : null}
      {edits && (!segment || open) ? (
        <Button type={stored ? 'default' : 'primary'} disabled={!ready} onClick={onSave}>
          {saveText}
        </Button>
      ) : null}
    </>
  );
}

export function UsedBy({ segmentId }: { segmentId: number | undefined }) {
  const w = useWords(words);
  const users = useUsers(segmentId).data ?? [];
  if (users.length === 0) return null;
  return (
    <Flex gap={12} wrap className="quiet">
      {w.usedBy}
      {users.map(({ segment_id, name }) => (
        <Link key={segment_id} to={`/segments/${segment_id}`}>
          {name}
        </Link>
      ))}
    </Flex>
  );
}
