/** One segment, new or stored: its conditions, whom they find, saved, archived. */
import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { ApiProblem } from '@/client/problem';
import { AsOfPicker } from '@/ui/as-of-picker';
import { DataAsOf } from '@/ui/data-as-of';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import type { Trait } from '@/ui/trait-value';
import { useUrlState } from '@/ui/use-url-state';
import '../segments.css';
import { ChangeNote } from '../components/change-note';
import { DefinitionEditor } from '../components/definition-editor';
import { ResultCard } from '../components/result-card';
import { SampleTable } from '../components/sample-table';
import { SaveModal } from '../components/save-modal';
import { SegmentActions, UsedBy } from '../components/segment-actions';
import { parsed, sameDefinition } from '../definition';
import { type Segment, usePreview, useReach, useSegment, useSegmentActions, useTraits } from '../queries';
import { useDraft } from '../use-draft';
import { words } from '../words';
import { StoredSegment } from './stored-page';

const NO_TRAITS: Trait[] = [];

interface WorkbenchProps {
  segment: Segment | undefined;
  initial: unknown;
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
            <SegmentActions
              segment={segment}
              ready={draft.definition !== undefined && counted}
              saveText={segment ? w.save : w.saveNew}
              asOf={asOf}
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
      {(segment) =>
        segment.form === 'dynamic' ? (
          <Workbench
            key={`${segment.segment_id}/${segment.version}`}
            segment={segment}
            initial={segment.definition}
          />
        ) : (
          <StoredSegment key={segment.segment_id} segment={segment} />
        )
      }
    </StateBlock>
  );
}
