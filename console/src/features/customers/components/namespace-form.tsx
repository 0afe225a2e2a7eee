/** What an identity means to the brand is said anew; the effect is shown before it is agreed to. */
import { App, Checkbox, Form, Input, Select } from 'antd';
import { useDeferredValue } from 'react';
import { FormModal } from '@/ui/form-modal';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { type QueryState, StateBlock } from '@/ui/state-block';
import {
  type NamespaceInfo,
  type NamespacePolicy,
  type NamespacePreview,
  useByHand,
  useNamespacePreview,
} from '../by-hand-queries';
import { namespaceText } from '../identities';
import { namespaceWords } from '../words/customer';
import { words } from '../words/namespaces';

const NAME = /^[a-z][a-z0-9_]{1,39}$/;
const START: NamespacePolicy = {
  namespace: '',
  normaliser: 'trimmed',
  one_per_customer: false,
  strong: true,
  shareable: false,
  sources: null,
};

/** What the preview says, a line an effect. */
function useEffects(): (preview: NamespacePreview) => string[] {
  const w = useWords(words);
  const language = useLanguage();
  const text = (n: number) => numText(n, language);
  return ({ identities, customers, founded, refused }) => {
    if (customers === null) return [w.effectMany(text(identities))];
    const lines = [
      customers > 0 ? w.effectMoves(text(customers)) : w.effectNone,
      founded ? w.effectFounded(text(founded)) : '',
      refused ? w.effectRefused(text(refused)) : '',
    ];
    return lines.filter(Boolean);
  };
}

/** What would become of whom, once it is known. */
export function Effect({ preview }: { preview: QueryState<NamespacePreview> }) {
  const w = useWords(words);
  const effectsOf = useEffects();
  return (
    <section className="effect" aria-label={w.effect}>
      <h3 className="card-part">{w.effect}</h3>
      <StateBlock query={preview} height={48}>
        {(found) => (
          <ul>
            {effectsOf(found).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </StateBlock>
    </section>
  );
}

function policyOf(values: Partial<NamespacePolicy> | undefined, namespace: string): NamespacePolicy {
  const sources = values?.sources?.length ? values.sources : null;
  return { ...START, ...values, namespace, sources };
}

interface NamespaceFormProps {
  /** Absent for a namespace of the brand's own. */
  info?: NamespaceInfo | undefined;
  onClose: () => void;
}

export function NamespaceForm({ info, onClose }: NamespaceFormProps) {
  const w = useWords(words);
  const names = useWords(namespaceWords);
  const { message } = App.useApp();
  const { putNamespace } = useByHand();
  const [form] = Form.useForm<NamespacePolicy>();
  const values = Form.useWatch([], form) as Partial<NamespacePolicy> | undefined;
  const namespace = info?.policy.namespace ?? values?.namespace ?? '';
  const wanted = useDeferredValue(NAME.test(namespace) && values ? policyOf(values, namespace) : undefined);
  const contradicts = Boolean(values?.one_per_customer && values.shareable);
  const preview = useNamespacePreview(info && !contradicts ? wanted : undefined);
  const save = async (said: NamespacePolicy) => {
    await putNamespace(policyOf(said, namespace));
    message.success(w.asked);
  };
  const flags = [
    { name: 'one_per_customer', label: w.oneLabel, help: w.oneHelp },
    { name: 'strong', label: w.strongLabel, help: w.strongHelp },
    { name: 'shareable', label: w.shareableLabel, help: w.shareableHelp },
  ] as const;
  return (
    <FormModal<NamespacePolicy>
      open
      title={info ? w.changeTitle(namespaceText(names, namespace)) : w.addTitle}
      okText={info ? w.ok : w.addOk}
      okDisabled={info !== undefined && !preview.data}
      form={form}
      width={600}
      initialValues={info ? info.policy : START}
      onSave={save}
      onClose={onClose}
    >
      {info ? null : (
        <Form.Item
          name="namespace"
          label={w.key}
          extra={w.keyHelp}
          rules={[{ required: true, pattern: NAME, message: w.keyNeeded }]}
        >
          <Input maxLength={40} autoFocus autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="normaliser" label={w.normaliser} extra={w.normaliserHelp}>
        <Select
          disabled={Boolean(info?.known || info?.used)}
          options={(['trimmed', 'phone', 'email'] as const).map((value) => ({ value, label: w[value] }))}
        />
      </Form.Item>
      {flags.map(({ name, label, help }) => (
        <Form.Item key={name} name={name} valuePropName="checked" extra={help} className="flag">
          <Checkbox>{label}</Checkbox>
        </Form.Item>
      ))}
      <Form.Item name="sources" label={w.sourcesLabel} extra={w.sourcesHelp}>
        <Select mode="tags" open={false} suffixIcon={null} maxCount={50} />
      </Form.Item>
      {info ? <Effect preview={preview} /> : null}
    </FormModal>
  );
}
