/** How an import is going or how it ended: progress, figures, reasons, or what stopped it. */
import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Flex, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { ExportModal } from '@/ui/export-modal';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { CountList } from '@/ui/progress/counts';
import { isOpen, type Work } from '@/ui/progress/duration';
import { type WorkError, WorkErrorBlock, WorkProgress } from '@/ui/progress/work-progress';
import { countOf, foundNothingNew, type ReasonCount, reasonsOf } from '../outcome';
import { type ImportRun, useImportActions } from '../queries';
import { fieldWords, reasonWords } from '../words/fields';
import { words } from '../words/imports';

function Reasons({ reasons }: { reasons: ReasonCount[] }) {
  const w = useWords(words);
  const fields: Record<string, string> = useWords(fieldWords);
  const known: Record<string, string> = useWords(reasonWords);
  const meaning = { definition: w.countMeaning, unit: w.rowsUnit };
  return (
    <Table<ReasonCount>
      size="small"
      rowKey={({ column, code }) => `${column}/${code}`}
      pagination={false}
      dataSource={reasons}
      columns={[
        { key: 'column', title: w.column, width: 200, render: (_, { column }) => fields[column] ?? column },
        {
          key: 'reason',
          title: w.reason,
          render: (_, { code, reason }) => <span title={reason}>{known[code] ?? reason}</span>,
        },
        {
          key: 'count',
          width: 110,
          align: 'end',
          title: <Definition of={meaning}>{w.count}</Definition>,
          render: (_, { count }) => <Num value={count} />,
        },
      ]}
    />
  );
}

function Rejects({ run }: { run: ImportRun }) {
  const w = useWords(words);
  const { rejects } = useImportActions();
  const [asking, setAsking] = useState(false);
  if (!countOf(run.counts, 'rejected')) return null;
  const button = run.has_rejects ? (
    <Button icon={<DownloadOutlined />} onClick={() => setAsking(true)}>
      {w.downloadRejects}
    </Button>
  ) : null;
  return (
    <Card title={w.reasons} extra={button}>
      <ExportModal
        open={asking}
        title={w.downloadRejects}
        text={w.rejectsHelp}
        onExport={(reason) => rejects(run.import_id, reason)}
        onClose={() => setAsking(false)}
      />
      <Flex vertical gap={12}>
        <Reasons reasons={reasonsOf(run.counts)} />
        {run.has_rejects ? <span className="import-note">{w.rejectsHelp}</span> : null}
      </Flex>
    </Card>
  );
}

function Notice({ run }: { run: ImportRun }) {
  const w = useWords(words);
  if (run.state === 'undone') return <Alert type="info" showIcon title={w.undone} />;
  if (run.state === 'done' && run.dry_run) return <Alert type="info" showIcon title={w.dryDone} />;
  if (foundNothingNew(run)) return <Alert type="info" showIcon title={w.nothingNew} />;
  if (run.state !== 'done') return null;
  return <Alert type="success" showIcon title={w.complete} action={<Link to="/">{w.toHome}</Link>} />;
}

/** What stopped it; too many bad rows are said in words of the console, since the reasons are listed below. */
function useImportError(): (run: ImportRun) => WorkError {
  const w = useWords(words);
  const language = useLanguage();
  return ({ error, counts }) => {
    if (error?.code !== 'too_many_bad_rows') return error ?? {};
    const [bad, rows] = [countOf(counts, 'rejected') ?? 0, countOf(counts, 'rows') ?? 0];
    const text = w.tooMany(numText(bad, language), numText(rows, language));
    return { code: error.code, message: text, message_zh: text };
  };
}

interface ImportOutcomeProps {
  run: ImportRun;
  work: (Work & { step: string }) | undefined;
  /** The work takes the import back. */
  undoing: boolean;
  /** Why it could not be taken back. */
  undoError?: WorkError;
}

export function ImportOutcome({ run, work, undoing, undoError }: ImportOutcomeProps) {
  const w = useWords(words);
  const isRunning = isOpen(run) || undoing;
  const errorOf = useImportError();
  const titleOf = ({ state, dry_run }: ImportRun) => {
    if (isOpen({ state })) return w.counted;
    if (state === 'undone') return w.beforeUndo;
    return dry_run ? w.wouldBe : w.result;
  };
  const hasCounts = countOf(run.counts, 'rows') !== undefined;
  return (
    <Flex vertical gap={16}>
      {run.error ? <WorkErrorBlock error={errorOf(run)} title={w.failed} /> : null}
      {undoError ? <WorkErrorBlock error={undoError} title={w.undoFailed} /> : null}
      {undoing ? null : <Notice run={run} />}
      {isRunning ? (
        <Card {...(undoing ? { title: w.undoing } : {})}>
          <WorkProgress work={work ?? { ...run, done: 0, total: 0, step: '', started_at: null }} />
        </Card>
      ) : null}
      {hasCounts ? (
        <Card title={titleOf(run)}>
          <CountList counts={run.counts} />
        </Card>
      ) : null}
      <Rejects run={run} />
    </Flex>
  );
}
