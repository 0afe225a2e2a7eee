/** What is written to a folder or bucket: each export, when, and how its last writings ended. */
import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Card, Flex, Form, Input, Tooltip } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ConfirmButton } from '@/ui/confirm-button';
import { FormModal } from '@/ui/form-modal';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useCan, useUser } from '@/ui/session';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { type Tone, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { punctuation } from '@/ui/words';
import { exportStateWords, exportWords } from '../export-words';
import {
  type Destination,
  type Export,
  type Run,
  useDestinationActions,
  useExports,
  useSegmentNames,
} from '../queries';
import { words } from '../words';
import { ExportModal } from './export-modal';
import { useFactName } from './fact-names';

const TONE: Record<Run['state'] | Export['state'], Tone> = {
  awaiting_approval: 'warning',
  active: 'running',
  done: 'good',
  refused: 'neutral',
  stopped: 'neutral',
  queued: 'running',
  running: 'running',
  failed: 'bad',
  cancelled: 'neutral',
};

function RefuseModal({ id, onClose }: { id: number; onClose: () => void }) {
  const w = useWords(exportWords);
  const { note, noteNeeded } = useWords(words);
  const { refuseExport } = useDestinationActions();
  const [form] = Form.useForm<{ note: string }>();
  return (
    <FormModal<{ note: string }>
      open
      title={w.refuseTitle}
      okText={w.refuse}
      form={form}
      onSave={(values) => refuseExport(id, values.note)}
      onClose={onClose}
    >
      <Form.Item
        name="note"
        label={note}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: noteNeeded }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
      </Form.Item>
    </FormModal>
  );
}

function LastRun({ run }: { run: Run | null | undefined }) {
  const w = useWords(exportWords);
  const states = useWords(exportStateWords);
  const language = useLanguage();
  if (!run) return <span className="destination-quiet">—</span>;
  const failure = run.failure as { message: string; message_zh: string } | null;
  const rows = run.files.reduce((sum, file) => sum + file.rows, 0);
  return (
    <>
      <ToneTag tone={TONE[run.state]}>{states[run.state]}</ToneTag>{' '}
      <Time at={run.finished_at ?? run.created_at} look="relative" />
      {run.state === 'done' ? (
        <Tooltip title={run.files.map(({ name }) => name).join(', ')}>
          <div className="destination-quiet">{w.rows(numText(rows, language))}</div>
        </Tooltip>
      ) : null}
      {run.left_out > 0 ? (
        <div className="destination-quiet">{w.leftOut(numText(run.left_out, language))}</div>
      ) : null}
      {failure ? (
        <div className="destination-quiet">{language === 'en' ? failure.message : failure.message_zh}</div>
      ) : null}
    </>
  );
}

function RowActions({ one }: { one: Export }) {
  const w = useWords(exportWords);
  const { message } = App.useApp();
  const orders = useCan('destinations.export');
  const approves = useCan('destinations.approve');
  const actions = useDestinationActions();
  const [refusing, setRefusing] = useState(false);
  const id = one.export_plan_id;
  const waits = one.state === 'awaiting_approval';
  const own = one.created_by === useUser().login;
  const { ownRequest } = useWords(words);
  const textOf = useProblemText();
  const again = () =>
    actions.runExport(id).then(
      () => message.success(w.started),
      (error: unknown) => message.error(textOf(error)),
    );
  return (
    <Flex gap={8} wrap>
      {waits && approves ? (
        <>
          <ConfirmButton
            size="small"
            type="primary"
            question={w.approveQuestion}
            detail={one.reason}
            disabled={own}
            onConfirm={() => actions.approveExport(id)}
          >
            {w.approve}
          </ConfirmButton>
          <Button size="small" onClick={() => setRefusing(true)}>
            {w.refuse}
          </Button>
          {own ? <small className="destination-quiet">{ownRequest}</small> : null}
        </>
      ) : null}
      {orders && (one.state === 'active' || one.state === 'done') ? (
        <Button size="small" onClick={() => void again()}>
          {w.run}
        </Button>
      ) : null}
      {orders && one.daily_at && (one.state === 'active' || waits) ? (
        <ConfirmButton
          size="small"
          question={w.stopQuestion}
          detail={w.stopDetail}
          onConfirm={() => actions.stopExport(id)}
        >
          {w.stop}
        </ConfirmButton>
      ) : null}
      {refusing ? <RefuseModal id={id} onClose={() => setRefusing(false)} /> : null}
    </Flex>
  );
}

function Row({ one }: { one: Export }) {
  const w = useWords(exportWords);
  const states = useWords(exportStateWords);
  const factName = useFactName();
  const { and } = useWords(punctuation);
  const seesSegments = useCan('segments.read');
  const segments = useSegmentNames(seesSegments).data ?? [];
  const segment = segments.find(({ segment_id }) => segment_id === one.segment_id)?.name ?? w.segment;
  return (
    <tr>
      <td>
        <span className="destination-head">
          <b>{one.name}</b>
          <small>
            {one.content === 'segment' ? (
              <>
                {w.segment} <Link to={`/segments/${one.segment_id}`}>{segment}</Link>
              </>
            ) : (
              `${one.facts.map(factName).join(and)} · ${w.lastDays(one.days)}`
            )}{' '}
            · {one.format.toUpperCase()}
          </small>
        </span>
      </td>
      <td>
        {one.with_profiles ? (
          <Tooltip title={one.reason}>
            <span>
              <ToneTag tone="warning">{w.inClear}</ToneTag>
            </span>
          </Tooltip>
        ) : null}{' '}
        {one.state === 'done' ? null : <ToneTag tone={TONE[one.state]}>{states[one.state]}</ToneTag>}
        {one.note ? <div className="destination-quiet">{one.note}</div> : null}
      </td>
      <td>
        {one.daily_at ? w.everyDay(one.daily_at.slice(0, 5)) : w.onlyOnce}
        {one.next_run_at ? (
          <div className="destination-quiet">
            {w.next} <Time at={one.next_run_at} look="relative" />
          </div>
        ) : null}
      </td>
      <td>
        <LastRun run={one.last} />
      </td>
      <td>
        <RowActions one={one} />
      </td>
    </tr>
  );
}

export function ExportsCard({ of }: { of: Destination }) {
  const w = useWords(exportWords);
  const query = useExports(of.destination_id);
  const orders = useCan('destinations.export') && of.state === 'active';
  const [ordering, setOrdering] = useState(false);
  const add = orders ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setOrdering(true)}>
      {w.add}
    </Button>
  ) : null;
  return (
    <Card className="destination-gap" title={w.exports} extra={add}>
      <p className="destination-quiet">{w.exportsHelp}</p>
      <StateBlock
        query={query}
        height={160}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.none }}
      >
        {({ items }) => (
          <table className="destination-log" aria-label={w.exports}>
            <thead>
              <tr>
                <th scope="col">{w.name}</th>
                <th scope="col">{w.state}</th>
                <th scope="col">{w.when}</th>
                <th scope="col">{w.last}</th>
                <th scope="col">{w.actions}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <Row key={one.export_plan_id} one={one} />
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
      {ordering ? <ExportModal destinationId={of.destination_id} onClose={() => setOrdering(false)} /> : null}
    </Card>
  );
}
