/** Whether a campaign sends marketing or asks for consent; chosen once, when it is made. */
import { Radio } from 'antd';
import { useWords } from '@/ui/i18n';
import type { Draft } from '../draft';
import { words } from '../words/asking';
import { Field } from './field';

const KINDS = ['marketing', 'consent_request'] as const satisfies Draft['kind'][];

interface KindFieldProps {
  kind: Draft['kind'];
  /** Absent where it is decided. */
  onChange?: (kind: Draft['kind']) => void;
}

export function KindField({ kind, onChange }: KindFieldProps) {
  const w = useWords(words);
  return (
    <Field label={w.kind} help={w[`${kind}Help`]}>
      {onChange ? (
        <Radio.Group
          aria-label={w.kind}
          optionType="button"
          value={kind}
          onChange={({ target }) => onChange(target.value as Draft['kind'])}
          options={KINDS.map((value) => ({ value, label: w[value] }))}
        />
      ) : (
        <b>{w[kind]}</b>
      )}
    </Field>
  );
}
