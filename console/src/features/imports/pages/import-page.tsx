/** One import: progress while it runs, then figures, rejected rows, its map, and the way back. */
import { Button, Card, Collapse, Descriptions } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { CopyText } from '@/ui/copy-text';
import { Definition } from '@/ui/definition';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { durationText, isOpen, secondsOf } from '@/ui/progress/duration';
import { WorkState } from '@/ui/progress/work-progress';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import '@/ui/progress/work.css';
import '../imports.css';
import { ImportOutcome } from '../components/import-outcome';
import type { MapToRepeat } from '../draft';
import { type ImportRun, useImport, useImportActions, useWork } from '../queries';
import { kindWords } from '../words/fields';
import { words } from '../words/imports';

interface ActionsProps {
  run: ImportRun;
  undoing: boolean;
  cancelling: boolean;
  onUndo: (taskId: number) => void;
}

function Actions({ run, undoing, cancelling, onUndo }: ActionsProps) {
  const w = useWords(words);
  const [mayRun, mayUndo, mayCancel] = [
    useCan('imports.run'),
    useCan('imports.undo'),
    useCan('tasks.cancel'),
  ];
  const { undo, cancel } = useImportActions();
  if (isOpen(run)) {
    if (cancelling) return <span className="import-note">{w.cancelling}</span>;
    return mayCancel ? (
      <ConfirmButton
        danger
        question={w.cancelQuestion}
        detail={w.cancelDetail}
        okText={w.cancelAction}
        onConfirm={() => cancel(run.task_id)}
      >
        {w.cancel}
      </ConfirmButton>
    ) : null;
  }
  return (
    <>
      {mayUndo && run.state === 'done' && !run.dry_run ? (
        <ConfirmButton
          danger
          disabled={undoing}
          question={w.undoQuestion}
          detail={w.undoDetail}
          okText={w.undo}
          onConfirm={async () => onUndo((await undo(run.import_id)).task_id)}
        >
          {undoing ? w.undoing : w.undo}
        </ConfirmButton>
      ) : null}
      {mayRun && (run.state === 'failed' || run.dry_run || run.has_rejects) ? (
        <Link to="/imports/new" state={{ mapText: run.map_text, kind: run.kind } satisfies MapToRepeat}>
          <Button>{w.sameMap}</Button>
        </Link>
      ) : null}
      {mayRun ? (
        <Link to="/imports/new">
          <Button type="primary">{w.again}</Button>
        </Link>
      ) : null}
    </>
  );
}

function Facts({ run }: { run: ImportRun }) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const isForeign = Number(run.rate) !== 1;
  return (
    <Card title={w.runDetails}>
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: 'kind', label: w.kind, children: kinds[run.kind] },
          { key: 'source', label: w.source, children: run.source },
          ...(isForeign ? [{ key: 'rate', label: w.rate, children: run.rate }] : []),
          { key: 'who', label: w.startedBy, children: run.started_by },
          { key: 'created', label: w.createdAt, children: <Time at={run.created_at} detail="second" /> },
          { key: 'finished', label: w.finishedAt, children: <Time at={run.finished_at} detail="second" /> },
          ...(run.undone_at
            ? [{ key: 'undone', label: w.undoneAt, children: <Time at={run.undone_at} detail="second" /> }]
            : []),
          {
            key: 'task',
            label: w.task,
            children: <Link to={`/tasks?task=${run.task_id}`}>{run.task_id}</Link>,
          },
        ]}
      />
    </Card>
  );
}

function MapText({ text }: { text: string }) {
  const w = useWords(words);
  return (
    <Collapse
      items={[
        {
          key: 'map',
          label: w.map,
          extra: <CopyText text={text} label="YAML" />,
          children: <pre className="map-pre">{text}</pre>,
        },
      ]}
    />
  );
}

function useTook(work: Parameters<typeof secondsOf>[0] | undefined): string | undefined {
  const language = useLanguage();
  const seconds = work ? secondsOf(work, new Date()) : undefined;
  return seconds === undefined ? undefined : durationText(seconds, language);
}

export function ImportPage() {
  const w = useWords(words);
  const importId = Number(useParams().importId);
  const [undoTask, setUndoTask] = useState<number>();
  const undoWork = useWork(undoTask, false);
  const undoing = undoTask !== undefined && (undoWork.data === undefined || isOpen(undoWork.data));
  const query = useImport(importId, undoing);
  const run = query.data;
  const ownWork = useWork(run?.task_id, run !== undefined && isOpen(run));
  const took = useTook(ownWork.data);
  const tag = run ? (
    <>
      <WorkState state={run.state} />
      {run.dry_run ? <ToneTag tone="neutral">{w.dryRun}</ToneTag> : null}
    </>
  ) : null;
  const actions = run ? (
    <Actions
      run={run}
      undoing={undoing}
      cancelling={Boolean(ownWork.data?.cancel_wanted_by)}
      onUndo={setUndoTask}
    />
  ) : null;
  const desc =
    took && run && !isOpen(run) ? (
      <Definition of={{ definition: w.tookMeaning, unit: w.tookUnit }}>{w.took(took)}</Definition>
    ) : null;
  return (
    <>
      <PageHead title={run?.file_name ?? w.title} tag={tag} extra={actions} desc={desc} />
      <StateBlock query={query} height={400}>
        {(found) => (
          <div className="import-grid">
            <ImportOutcome
              run={found}
              work={undoing ? undoWork.data : ownWork.data}
              undoing={undoing}
              {...(undoWork.data?.error ? { undoError: undoWork.data.error } : {})}
            />
            <div className="import-side">
              <Facts run={found} />
              <MapText text={found.map_text} />
            </div>
          </div>
        )}
      </StateBlock>
    </>
  );
}
