/** What people call the trait, in both languages, and what programs call it. */
import { Form, Input } from 'antd';
import { useWords } from '@/ui/i18n';
import { editorWords } from '../editor-words';

export const LABEL_MAX = 60;

export interface Names {
  zh: string;
  en: string;
  /** Nothing while the suggested one is taken. */
  code: string | undefined;
}

interface NameFieldsProps {
  names: Names;
  onChange: (names: Names) => void;
  suggested: string;
  /** The code of a trait that is there already; it stays. */
  fixed: string | undefined;
  wrong: string | undefined;
  /** Somebody tried to save without a name. */
  asked: boolean;
}

export function NameFields({ names, onChange, suggested, fixed, wrong, asked }: NameFieldsProps) {
  const w = useWords(editorWords);
  const missing = asked && !names.zh.trim();
  return (
    <div className="trait-label">
      <Form.Item
        label={w.labelZh}
        htmlFor="trait-zh"
        validateStatus={missing ? 'error' : ''}
        help={missing ? w.labelNeeded : undefined}
      >
        <Input
          id="trait-zh"
          value={names.zh}
          maxLength={LABEL_MAX}
          onChange={(event) => onChange({ ...names, zh: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={w.labelEn} htmlFor="trait-en" extra={w.labelEnHint}>
        <Input
          id="trait-en"
          value={names.en}
          maxLength={LABEL_MAX}
          placeholder={names.zh}
          onChange={(event) => onChange({ ...names, en: event.target.value })}
        />
      </Form.Item>
      <Form.Item
        label={w.code}
        htmlFor="trait-code"
        validateStatus={wrong ? 'error' : ''}
        help={wrong}
        extra={fixed ? undefined : w.codeHint}
      >
        <Input
          id="trait-code"
          className="code"
          value={fixed ?? names.code ?? suggested}
          disabled={fixed !== undefined}
          maxLength={LABEL_MAX}
          spellCheck={false}
          onChange={(event) => onChange({ ...names, code: event.target.value || undefined })}
        />
      </Form.Item>
    </div>
  );
}
