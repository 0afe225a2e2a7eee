/** A list or a snapshot: who its members are now, where they came from, every edition of them. */
import { Alert, App, Button, Card } from 'antd';
import { useState } from 'react';
import { AsOfPicker } from '@/ui/as-of-picker';
import { DataAsOf } from '@/ui/data-as-of';
import { numText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand, useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import type { Trait } from '@/ui/trait-value';
import { useUrlState } from '@/ui/use-url-state';
import '../segments.css';
import { EditionsTable } from '../components/editions-table';
import { ListModal } from '../components/list-modal';
import { ResultCard } from '../components/result-card';
import { SampleTable } from '../components/sample-table';
import { SaveModal } from '../components/save-modal';
import { SegmentActions, UsedBy } from '../components/segment-actions';
import type { Definition } from '../definition';
import { useEditions } from '../members-queries';
import { words } from '../members-words';
import { type Segment, usePreview, useReach, useSegmentActions, useTraits } from '../queries';
import { words as common } from '../words';

const NO_TRAITS: Trait[] = [];

function Origin({ segment, onUpdate }: { segment: Segment; onUpdate: (() => void) | undefined }) {
  const w = useWords(words);
  const language = useLanguage();
  const zone = useBrand().time_zone;
  const query = useEditions(segment.segment_id);
  return (
    <Card
      title={w.members}
      extra={
        onUpdate ? (
          <Button type="primary" onClick={onUpdate}>
            {w.update}
          </Button>
        ) : null
      }
    >
      <p className="quiet">{w.membersOf(segment.form)}</p>
      <StateBlock query={query} height={80}>
        {([newest]) =>
          newest ? (
            <dl className="segment-origin">
              <dt>{w.source}</dt>
              <dd>{w.sourceOf(newest.source, newest.title)}</dd>
              {newest.known_by ? (
                <>
                  <dt>{w.knownBy}</dt>
                  <dd>{w.namespaceOf(newest.known_by)}</dd>
                  <dt>{w.lines}</dt>
                  <dd className="num">
                    {numText(newest.listed, language)}
                    {newest.unknown > 0 ? w.unknownOf(numText(newest.unknown, language)) : ''}
                  </dd>
                </>
              ) : (
                <>
                  <dt>{w.asOf}</dt>
                  <dd className="num">{timeText(newest.as_of, zone)}</dd>
                </>
              )}
              <dt>{w.madeBy}</dt>
              <dd>{newest.made_by}</dd>
              <dt>{w.madeAt}</dt>
              <dd className="num">{timeText(newest.made_at, zone)}</dd>
            </dl>
          ) : null
        }
      </StateBlock>
    </Card>
  );
}

export function StoredSegment({ segment }: { segment: Segment }) {
  const w = useWords(words);
  const c = useWords(common);
  const zone = useBrand().time_zone;
  const { message } = App.useApp();
  const lists = useCan('imports.run') && segment.form === 'list' && !segment.archived_at;
  const edits = useCan('segments.edit');
  const [{ as_of: asOf }, change] = useUrlState({ as_of: '' });
  const [shown, setShown] = useState<'list' | 'name'>();
  const actions = useSegmentActions();
  const traits = useTraits().data ?? NO_TRAITS;
  const definition = segment.definition as Definition;
  const preview = usePreview(definition, asOf, segment.segment_id);
  const reach = useReach(definition, asOf, preview.isSuccess);
  const close = () => setShown(undefined);
  const rename = async (values: { name: string; description: string }) => {
    await actions.edit(segment, values, definition);
    message.success(c.saved);
  };
  return (
    <div className="segment">
      <DataAsOf at={preview.data?.as_of} />
      <PageHead
        title={segment.name}
        desc={[segment.description, c.version(segment.version, timeText(segment.updated_at, zone))]
          .filter(Boolean)
          .join(' · ')}
        tag={
          <>
            <ToneTag tone="running">{w.formOf(segment.form)}</ToneTag>{' '}
            {segment.archived_at ? <ToneTag tone="neutral">{c.archived}</ToneTag> : null}
          </>
        }
        extra={
          <>
            <AsOfPicker value={asOf} onChange={(day) => change({ as_of: day })} />
            <SegmentActions
              segment={segment}
              ready
              saveText={w.rename}
              asOf={asOf}
              onSave={() => setShown('name')}
            />
          </>
        }
      />
      {segment.archived_at ? <Alert type="info" showIcon title={c.readOnly} /> : null}
      <UsedBy segmentId={segment.segment_id} />
      <div className="segment-columns">
        <Origin segment={segment} onUpdate={lists && edits ? () => setShown('list') : undefined} />
        <ResultCard
          preview={preview.data}
          stale={preview.isFetching}
          reachable={reach.data?.sms}
          pause={preview.error ? 'stopped' : 'counting'}
        />
      </div>
      <EditionsTable segmentId={segment.segment_id} />
      <SampleTable preview={preview.data} definition={definition} traits={traits} query={preview} />
      {shown === 'list' ? <ListModal segment={segment} onClose={close} /> : null}
      <SaveModal
        open={shown === 'name'}
        initial={{ name: segment.name, description: segment.description }}
        onSave={rename}
        onClose={close}
      />
    </div>
  );
}
