/** A list becomes a segment, or the next edition of one: checked first, saved once that was looked at. */
import { Alert, App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useProblemText } from '@/ui/state-block';
import { type ListResult, type Mode, takeUnknown, uploadList, useMemberTasks } from '../members-queries';
import { words } from '../members-words';
import type { Segment } from '../queries';
import { choiceOf, type Draft, EMPTY_DRAFT, ListChoiceForm } from './list-choice';

interface Checked {
  result: ListResult;
  taskId: number;
}

const MODES: Mode[] = ['replace', 'add', 'remove'];

function Counts({ found }: { found: Checked }) {
  const w = useWords(words);
  const language = useLanguage();
  const { result, taskId } = found;
  const figures: [string, number][] = [
    [w.listed, result.listed],
    [w.known, result.customers],
    [w.twice, result.twice],
    [w.unknown, result.unknown],
  ];
  return (
    <section aria-label={w.checked}>
      <p className="quiet">{w.checked}</p>
      <dl className="list-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{numText(value, language)}</dd>
          </div>
        ))}
      </dl>
      {result.unknown > 0 ? (
        <Button type="link" className="segment-link" onClick={() => void takeUnknown(taskId)}>
          {w.takeUnknown}
        </Button>
      ) : null}
      {result.customers === 0 ? <Alert type="warning" showIcon title={w.nobody} /> : null}
    </section>
  );
}

/** What the window holds and does: the draft, the check, the saving. */
function useListing(segment: Segment | undefined, onClose: () => void) {
  const w = useWords(words);
  const language = useLanguage();
  const textOf = useProblemText();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const tasks = useMemberTasks();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [named, setNamed] = useState({ name: '', description: '' });
  const [mode, setMode] = useState<Mode>('replace');
  const [checked, setChecked] = useState<Checked>();
  const [busy, setBusy] = useState<'reading' | 'working'>();
  const [refusal, setRefusal] = useState<string>();
  const change = (patch: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...patch }));
    setChecked(undefined);
    setRefusal(undefined);
  };
  const guarded = async (what: 'reading' | 'working', work: () => Promise<unknown>) => {
    setBusy(what);
    setRefusal(undefined);
    await work().catch((error: unknown) => setRefusal(textOf(error)));
    setBusy(undefined);
  };
  const take = (file: File) =>
    guarded('reading', async () => {
      const upload = await uploadList(file);
      change({ upload, column: upload.column, knownBy: upload.known_by });
      const plain = upload.file_name.replace(/\.[^.]+$/, '');
      setNamed((before) => ({ ...before, name: before.name || plain }));
    });
  const run = (dryRun: boolean) =>
    guarded('working', async () => {
      const choice = choiceOf(draft);
      if (!choice) return;
      const task = segment
        ? await tasks.update(segment.segment_id, { ...choice, mode, dry_run: dryRun })
        : await tasks.create({ ...choice, ...named, dry_run: dryRun });
      const result = task.result as unknown as ListResult | null;
      if (task.state !== 'done' || !result) {
        const said = task.error as { message?: string; message_zh?: string } | null;
        setRefusal((language === 'en' ? said?.message : said?.message_zh) ?? w.failed);
        return;
      }
      if (dryRun) {
        setChecked({ result, taskId: task.task_id });
        return;
      }
      message.success(w.stored(numText(result.members ?? result.customers, language)));
      onClose();
      if (!segment) await navigate(`/segments/${result.segment_id}`);
    });
  return {
    draft,
    named,
    mode,
    checked,
    busy,
    refusal,
    change,
    setNamed,
    take,
    run,
    setMode: (next: Mode) => {
      setMode(next);
      setChecked(undefined);
    },
  };
}

export function ListModal({ segment, onClose }: { segment?: Segment; onClose: () => void }) {
  const w = useWords(words);
  const language = useLanguage();
  const list = useListing(segment, onClose);
  const { draft, named, checked, busy } = list;
  const complete = choiceOf(draft) !== undefined && (segment !== undefined || named.name.trim() !== '');
  const found = checked?.result.customers ?? 0;
  return (
    <Modal
      open
      width={680}
      title={segment ? w.updateTitle : w.listTitle}
      okText={checked ? (segment ? w.confirmUpdate : w.store(numText(found, language))) : w.check}
      okButtonProps={{ disabled: !complete || (checked !== undefined && found === 0) }}
      confirmLoading={busy !== undefined}
      onOk={() => void list.run(!checked)}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form layout="vertical" requiredMark={false} className="list-form">
        <ListChoiceForm
          draft={draft}
          disabled={busy !== undefined}
          refusal={list.refusal}
          onChange={list.change}
          onFile={(file) => void list.take(file)}
        />
        {segment ? (
          <Form.Item label={w.mode}>
            <Select
              aria-label={w.mode}
              value={list.mode}
              options={MODES.map((value) => ({ value, label: w.modeOf(value) }))}
              onChange={list.setMode}
            />
          </Form.Item>
        ) : (
          <>
            <Form.Item label={w.name} htmlFor="list-name">
              <Input
                id="list-name"
                value={named.name}
                maxLength={100}
                onChange={({ target }) => list.setNamed({ ...named, name: target.value })}
              />
            </Form.Item>
            <Form.Item label={w.description} htmlFor="list-description">
              <Input
                id="list-description"
                value={named.description}
                maxLength={1000}
                placeholder={w.descriptionPlaceholder}
                onChange={({ target }) => list.setNamed({ ...named, description: target.value })}
              />
            </Form.Item>
          </>
        )}
      </Form>
      {busy === 'working' ? <p className="quiet">{w.working}</p> : null}
      {checked ? <Counts found={checked} /> : null}
    </Modal>
  );
}
