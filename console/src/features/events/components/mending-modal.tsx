/** Rejects of one kind are mended by the same steps and replayed; what it would come to is seen first. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { ErrorBlock, useProblemText } from '@/ui/state-block';
import { type Draft, firstDraft, MENDS, type Mend, needsName, needsValue, stepsOf } from '../mending';
import { type Foreseen, type RejectGroup, useForeseen, useRejectActions } from '../queries';
import { mendWords } from '../words/rejects';

interface StepProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onRemove: () => void;
}

function ValueField({ draft, onChange }: Omit<StepProps, 'onRemove'>) {
  const w = useWords(mendWords);
  if (!needsValue(draft.do)) return <span />;
  if (draft.do === 'convert_property')
    return (
      <Select
        value={draft.value || 'number'}
        aria-label={w.convert_property}
        onChange={(value) => onChange({ ...draft, value })}
        options={(['number', 'text', 'boolean'] as const).map((value) => ({ value, label: w[value] }))}
      />
    );
  const hint =
    draft.do === 'set_property' ? w.value : draft.do === 'set_version' ? w.versionValue : w.newName;
  return (
    <Input
      value={draft.value}
      placeholder={hint}
      aria-label={hint}
      maxLength={200}
      onChange={({ target }) => onChange({ ...draft, value: target.value })}
    />
  );
}

function StepRow({ draft, onChange, onRemove }: StepProps) {
  const w = useWords(mendWords);
  const hint = draft.do === 'drop_identity' ? w.namespace : w.property;
  const change = (next: Mend) =>
    onChange({ do: next, name: draft.name, value: next === 'convert_property' ? 'number' : '' });
  return (
    <div className="mending-step">
      <Select<Mend>
        value={draft.do}
        aria-label={w.add}
        onChange={change}
        options={MENDS.map((value) => ({ value, label: w[value] }))}
      />
      {needsName(draft.do) ? (
        <Input
          value={draft.name}
          placeholder={hint}
          aria-label={hint}
          maxLength={64}
          onChange={({ target }) => onChange({ ...draft, name: target.value })}
        />
      ) : (
        <span />
      )}
      <ValueField draft={draft} onChange={onChange} />
      <Button type="text" icon={<DeleteOutlined />} aria-label={w.remove} onClick={onRemove} />
    </div>
  );
}

function Result({ seen }: { seen: Foreseen }) {
  const w = useWords(mendWords);
  const language = useLanguage();
  const text = w.result(numText(seen.good, language), numText(seen.looked_at, language));
  const still = seen.reasons.map((one) => `${one.reason_text} (${numText(one.events, language)})`).join(' ');
  return (
    <>
      <Alert
        className="mending-result"
        type={seen.good === seen.looked_at ? 'success' : seen.good ? 'info' : 'warning'}
        showIcon
        title={text}
        description={still ? `${w.still}${still}` : undefined}
      />
      <div className="mending-sides">
        <JsonView value={seen.before} label={w.before} />
        <JsonView value={seen.after} label={w.after} />
      </div>
    </>
  );
}

interface MendingModalProps {
  group: RejectGroup;
  onStarted: (taskId: number) => void;
  onClose: () => void;
}

export function MendingModal({ group, onStarted, onClose }: MendingModalProps) {
  const w = useWords(mendWords);
  const language = useLanguage();
  const textOf = useProblemText();
  const { message } = App.useApp();
  const { replayAll } = useRejectActions();
  const [drafts, setDrafts] = useState<Draft[]>(() => firstDraft(group.reason, group.field));
  const [busy, setBusy] = useState(false);
  const steps = stepsOf(drafts);
  const chosen = { event: group.event, reason: group.reason, field: group.field };
  const seen = useForeseen(steps ? { ...chosen, steps } : undefined);
  const start = async () => {
    if (!steps) return;
    setBusy(true);
    try {
      onStarted((await replayAll({ ...chosen, steps })).task_id);
      onClose();
    } catch (error) {
      message.error(textOf(error));
    }
    setBusy(false);
  };
  const put = (index: number, draft: Draft) =>
    setDrafts(drafts.map((each, place) => (place === index ? draft : each)));
  return (
    <Modal
      open
      width={820}
      title={w.title(numText(group.events, language), group.event)}
      okText={w.ok}
      okButtonProps={{ disabled: !steps || !seen.data?.good, loading: busy }}
      onOk={() => void start()}
      onCancel={onClose}
    >
      <p className="quiet">{w.help}</p>
      {drafts.map((draft, index) => (
        <StepRow
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name than their place.
          key={index}
          draft={draft}
          onChange={(next) => put(index, next)}
          onRemove={() => setDrafts(drafts.filter((_, place) => place !== index))}
        />
      ))}
      <Button
        type="dashed"
        icon={<PlusOutlined />}
        disabled={drafts.length >= 20}
        onClick={() => setDrafts([...drafts, { do: 'rename_property', name: '', value: '' }])}
      >
        {w.add}
      </Button>
      {seen.error ? <ErrorBlock error={seen.error} /> : null}
      {steps ? null : <p className="quiet">{w.unfinished}</p>}
      {steps && seen.data && !seen.error ? <Result seen={seen.data} /> : null}
    </Modal>
  );
}
