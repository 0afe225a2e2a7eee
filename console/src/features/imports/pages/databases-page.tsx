/** Databases whose rows come by themselves: where each stands, and what became of it last. */
import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Flex } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { wordOf } from '@/ui/progress/work-progress';
import { useCan } from '@/ui/session';
import { useProblemText } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import '../imports.css';
import { CursorValue, DatabaseRuns, RunState } from '../components/database-runs';
import { isRunning, type Pull, usePullActions, usePulls } from '../databases';
import { pauseWords, pullKindWords, words } from '../words/databases';

function Acts({ pull, onHistory }: { pull: Pull; onHistory: () => void }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const runs = useCan('imports.run');
  const edits = useCan('keys.edit');
  const acts = usePullActions();
  const busy = isRunning(pull.last_run);
  const does = (act: Promise<unknown>, said?: string) =>
    void act.then(
      () => (said ? message.success(said) : undefined),
      (error: unknown) => message.error(textOf(error)),
    );
  return (
    <Flex wrap className="database-acts">
      {runs ? (
        <Button
          type="link"
          size="small"
          disabled={busy}
          onClick={() => does(acts.run(pull.pull_id), w.started)}
        >
          {w.runNow}
        </Button>
      ) : null}
      {runs ? (
        <Button
          type="link"
          size="small"
          onClick={() => does(pull.enabled ? acts.pause(pull.pull_id) : acts.resume(pull.pull_id))}
        >
          {pull.enabled ? w.pause : w.resume}
        </Button>
      ) : null}
      <Button type="link" size="small" onClick={onHistory}>
        {w.history}
      </Button>
      {edits ? (
        <>
          <Link to={`/imports/databases/${pull.pull_id}`}>
            <Button type="link" size="small" disabled={busy}>
              {w.edit}
            </Button>
          </Link>
          <ConfirmButton
            type="link"
            size="small"
            danger
            disabled={busy}
            question={w.removeQuestion}
            detail={w.removeDetail}
            okText={w.remove}
            onConfirm={() => acts.remove(pull.pull_id)}
          >
            {w.remove}
          </ConfirmButton>
        </>
      ) : null}
    </Flex>
  );
}

function LastRun({ pull }: { pull: Pull }) {
  const w = useWords(words);
  const { last_run: run } = pull;
  const isLater = pull.looked_at && (!run || pull.looked_at > (run.finished_at ?? run.started_at));
  return (
    <div className="import-file">
      {run ? (
        <span>
          <RunState run={run} /> <Num value={run.rows} />
        </span>
      ) : (
        <span className="quiet">{pull.looked_at ? '' : w.never}</span>
      )}
      <small>
        {isLater && pull.looked_at ? (
          <>
            <Time at={pull.looked_at} look="relative" /> {w.lookedAt}
          </>
        ) : run ? (
          <Time at={run.finished_at ?? run.started_at} look="relative" />
        ) : null}
      </small>
    </div>
  );
}

function useColumns(onHistory: (pull: Pull) => void): DataColumn<Pull>[] {
  const w = useWords(words);
  const kinds = useWords(pullKindWords);
  const pauses: Record<string, string> = useWords(pauseWords);
  return [
    {
      key: 'title',
      title: w.pull,
      render: (pull) => (
        <div className="import-file">
          <b>{pull.title}</b>
          <small>
            {pull.database} · {pull.table || w.byQuery}
          </small>
        </div>
      ),
    },
    { key: 'kind', title: w.becomes, width: 85, render: (pull) => kinds[pull.kind] },
    {
      key: 'every',
      title: w.when,
      width: 135,
      render: (pull) => (
        <div className="import-file">
          <span>{pull.every_minutes ? w.everyMinutes(pull.every_minutes) : w.byHand}</span>
          {pull.enabled ? (
            pull.next_run_at ? (
              <small>
                {w.next} <Time at={pull.next_run_at} look="relative" />
              </small>
            ) : null
          ) : (
            <small>
              <ToneTag tone="warning">{w.paused}</ToneTag> {wordOf(pauses, pull.paused_because)}
            </small>
          )}
        </div>
      ),
    },
    {
      key: 'cursor',
      title: w.stands,
      width: 165,
      meaning: { definition: w.standsMeaning, unit: w.standsUnit },
      render: (pull) => (
        <div className="import-file">
          <CursorValue value={pull.cursor_value} />
          <small>{pull.cursor_column}</small>
        </div>
      ),
    },
    { key: 'last', title: w.last, width: 140, render: (pull) => <LastRun pull={pull} /> },
    {
      key: 'acts',
      title: w.actions,
      width: 190,
      render: (pull) => <Acts pull={pull} onHistory={() => onHistory(pull)} />,
    },
  ];
}

export function DatabasesPage() {
  const w = useWords(words);
  const edits = useCan('keys.edit');
  const navigate = useNavigate();
  const query = usePulls();
  const [shown, setShown] = useState<Pull>();
  const button = (primary: boolean) =>
    edits ? (
      <Button
        type={primary ? 'primary' : 'default'}
        icon={<PlusOutlined />}
        onClick={() => void navigate('/imports/databases/new')}
      >
        {w.add}
      </Button>
    ) : null;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={button(true)} />
      <DataTable<Pull>
        label={w.table}
        rowKey="pull_id"
        columns={useColumns(setShown)}
        query={{ ...query, isFetching: query.isPending }}
        empty={{ text: w.empty, action: button(false) }}
        widthMin={900}
      />
      {shown ? <DatabaseRuns of={shown} onClose={() => setShown(undefined)} /> : null}
    </>
  );
}
