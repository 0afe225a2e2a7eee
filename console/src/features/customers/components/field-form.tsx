/** A field of the brand is defined or changed. */
import { App, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type FieldDefinition, type FieldKind, useByHand } from '../by-hand-queries';
import { choicesOf, choicesText, KINDS } from '../fields';
import { kindWords, words } from '../words/by-hand';

type Values = Omit<FieldDefinition, 'choices'> & { choices?: string };
const FLAGS = ['personal', 'searchable', 'required', 'one_holder'] as const;
const START = {
  kind: 'text' as FieldKind,
  personal: false,
  searchable: false,
  required: false,
  one_holder: false,
};

interface FieldFormProps {
  /** Absent for a new field. */
  field?: FieldDefinition | undefined;
  onClose: () => void;
}

export function FieldForm({ field, onClose }: FieldFormProps) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const { message } = App.useApp();
  const { addField, changeField } = useByHand();
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? field?.kind;
  const old = field !== undefined;
  const labels = {
    personal: w.personal,
    searchable: w.searchable,
    required: w.required,
    one_holder: w.oneHolder,
  };
  const helps = { personal: w.personalHelp, searchable: w.searchableHelp, required: '', one_holder: '' };
  const save = async ({ choices = '', ...said }: Values) => {
    const wanted = {
      ...field,
      ...said,
      choices: said.kind === 'choice' ? choicesOf(choices) : [],
    } as FieldDefinition;
    await (old ? changeField(wanted) : addField(wanted));
    message.success(w.saved);
  };
  const fixed = (flag: (typeof FLAGS)[number]) =>
    old && (flag === 'personal' || (flag !== 'required' && !field[flag]));
  return (
    <FormModal<Values>
      open
      title={old ? w.changeTitle : w.addTitle}
      okText={old ? w.changeOk : w.addOk}
      form={form}
      width={600}
      initialValues={{ ...START, ...field, choices: choicesText(field?.choices) }}
      onSave={save}
      onClose={onClose}
    >
      <div className="form-columns">
        <Form.Item
          name="label_zh"
          label={w.labelZh}
          rules={[{ required: true, whitespace: true, message: w.labelNeeded }]}
        >
          <Input maxLength={60} autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="label_en"
          label={w.labelEn}
          rules={[{ required: true, whitespace: true, message: w.labelNeeded }]}
        >
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="name"
          label={w.key}
          extra={w.keyHelp}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,39}$/, message: w.keyNeeded }]}
        >
          <Input maxLength={40} disabled={old} autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={w.kind} extra={w.kindHelp}>
          <Select disabled={old} options={KINDS.map((value) => ({ value, label: kinds[value] }))} />
        </Form.Item>
        {kind === 'integer' || kind === 'number' ? (
          <>
            <Form.Item name="least" label={w.least}>
              <InputNumber style={{ width: '100%' }} />
            </Form.Item>
            <Form.Item name="most" label={w.most}>
              <InputNumber style={{ width: '100%' }} />
            </Form.Item>
          </>
        ) : null}
      </div>
      {kind === 'choice' ? (
        <Form.Item
          name="choices"
          label={w.choices}
          extra={w.choicesHelp}
          rules={[{ required: true, whitespace: true, message: w.choicesNeeded }]}
        >
          <Input.TextArea rows={4} />
        </Form.Item>
      ) : null}
      {FLAGS.map((flag) => (
        <Form.Item key={flag} name={flag} valuePropName="checked" extra={helps[flag]} className="flag">
          <Checkbox disabled={fixed(flag)}>{labels[flag]}</Checkbox>
        </Form.Item>
      ))}
    </FormModal>
  );
}
