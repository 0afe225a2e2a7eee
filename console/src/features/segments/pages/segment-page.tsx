/** One segment, new or stored: its conditions, whom they find, saved, archived. */
import { Alert, App, Button, Flex } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { ApiProblem } from '@/client/problem';
import { AsOfPicker } from '@/ui/as-of-picker';
import { ConfirmButton } from '@/ui/confirm-button';
import { DataAsOf } from '@/ui/data-as-of';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand, useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import type { Trait } from '@/ui/trait-value';
import { useUrlState } from '@/ui/use-url-state';
import '../segments.css';
import { words as comparing } from '../comparing-words';
import { ChangeNote } from '../components/change-note';
import { DefinitionEditor } from '../components/definition-editor';
import { ExportButton } from '../components/export-button';
import { ResultCard } from '../components/result-card';
import { SampleTable } from '../components/sample-table';
import { SaveModal } from '../components/save-modal';
import { parsed, sameDefinition } from '../definition';
import {
  type Segment,
  usePreview,
  useReach,
  useSegment,
  useSegmentActions,
  useTraits,
  useUsers,
} from '../queries';
import { useDraft } from '../use-draft';
import { words } from '../words';

const NO_TRAITS: Trait[] = [];

interface WorkbenchProps {
  segment: Segment | undefined;
  initial: unknown;
}

function Actions({
  segment,
  ready,
  onSave,
}: {
  segment: Segment | undefined;
  ready: boolean;
  onSave: () => void;
}) {
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
        <Button type="primary" disabled={!ready} onClick={onSave}>
          {segment ? w.save : w.saveNew}
        </Button>
      ) : null}
    </>
  );
}

function UsedBy({ segmentId }: { segmentId: number | undefined }) {
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

function Workbench({ segment, initial }: WorkbenchProps) {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [{ as_of: asOf }, change] = useUrlState({ as_of: '' });
  const actions = useSegmentActions();
  const traits = useTraits().data ?? NO_TRAITS;
  const draft = useDraft(initial);
  const [saving, setSaving] = useState(false);
  const readOnly = Boolean(segment?.archived_at);
  const preview = usePreview(draft.settled, asOf, segment?.segment_id);
  const counted = draft.settled !== undefined && !preview.error;
  const reach = useReach(draft.settled, asOf, counted && !preview.isPending);
  const changed = segment ? !sameDefinition(draft.definition, segment.definition) : true;
  const found = counted ? preview.data : undefined;
  const stale = preview.isFetching || preview.isPlaceholderData || draft.definition === undefined;
  const save = async (values: { name: string; description: string }) => {
    if (!draft.definition) return;
    if (segment) await actions.edit(segment, values, draft.definition);
    else {
      const made = await actions.create(values, draft.definition);
      await navigate(`/segments/${made.segment_id}`, { replace: true });
    }
    message.success(w.saved);
  };
  const initialValues = { name: segment?.name ?? '', description: segment?.description ?? '' };
  return (
    <div className="segment">
      <DataAsOf at={found?.as_of} />
      <PageHead
        title={segment?.name ?? w.newTitle}
        desc={
          segment
            ? [segment.description, w.version(segment.version, timeText(segment.updated_at, zone))]
                .filter(Boolean)
                .join(' · ')
            : w.newDesc
        }
        tag={
          readOnly ? (
            <ToneTag tone="neutral">{w.archived}</ToneTag>
          ) : segment && changed ? (
            <ToneTag tone="warning">{w.unsaved}</ToneTag>
          ) : null
        }
        extra={
          <>
            <AsOfPicker value={asOf} onChange={(day) => change({ as_of: day })} />
            <Actions
              segment={segment}
              ready={draft.definition !== undefined && counted}
              onSave={() => setSaving(true)}
            />
          </>
        }
      />
      {readOnly ? <Alert type="info" showIcon title={w.readOnly} /> : null}
      <UsedBy segmentId={segment?.segment_id} />
      <div className="segment-columns">
        <DefinitionEditor draft={draft} refusal={preview.error} disabled={readOnly} />
        <ResultCard
          preview={found}
          stale={stale}
          reachable={counted ? reach.data?.sms : undefined}
          pause={preview.error ? 'stopped' : draft.definition ? 'counting' : 'waiting'}
        />
      </div>
      {segment && changed && counted && !readOnly ? (
        <ChangeNote segmentId={segment.segment_id} definition={draft.settled} asOf={asOf} />
      ) : null}
      {preview.error || !draft.settled ? null : (
        <SampleTable preview={found} definition={draft.settled} traits={traits} query={preview} />
      )}
      <SaveModal open={saving} initial={initialValues} onSave={save} onClose={() => setSaving(false)} />
    </div>
  );
}

export function SegmentPage() {
  const w = useWords(words);
  const { segmentId: text } = useParams();
  const [search] = useSearchParams();
  const segmentId = text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  const query = useSegment(segmentId);
  if (text === undefined) {
    const given = parsed(search.get('definition') ?? '');
    return <Workbench key="new" segment={undefined} initial={given ?? { and: [] }} />;
  }
  const missing =
    segmentId === undefined || (query.error instanceof ApiProblem && query.error.status === 404);
  if (missing)
    return (
      <EmptyBlock
        text={w.noSuch}
        action={
          <Link to="/segments">
            <Button>{w.back}</Button>
          </Link>
        }
      />
    );
  return (
    <StateBlock query={query} height={320}>
      {(segment) => (
        <Workbench
          key={`${segment.segment_id}/${segment.version}`}
          segment={segment}
          initial={segment.definition}
        />
      )}
    </StateBlock>
  );
}
