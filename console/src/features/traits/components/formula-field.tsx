/** A formula as text: traits by their codes, inserted from a list; under it what each code means. */
import { Form, Input, Select } from 'antd';
import { useRef } from 'react';
import { useLanguage, useWords } from '@/ui/i18n';
import { said } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import { editorWords } from '../editor-words';
import { type FormulaFault, type FormulaRead, spanAt } from '../formula';
import { NUMBERS } from '../listing';
import type { Trait } from '../queries';

interface FormulaFieldProps {
  text: string;
  onChange: (text: string) => void;
  read: FormulaRead | undefined;
  traits: Trait[];
  /** What the server refuses, and the place that it names. */
  wrong: string;
  place: string | undefined;
  /** The trait itself: a formula cannot name what it defines. */
  self: string | undefined;
}

/** What is wrong with a text, said with the piece of it that is meant. */
function useWrong({ text, read, wrong, place }: FormulaFieldProps): string {
  const w = useWords(editorWords);
  const fault = read?.fault;
  if (fault && text.trim()) return faultText(fault, text, w);
  if (!wrong) return '';
  const span = place && read ? spanAt(read.places, place) : undefined;
  return span ? `${w.at(text.slice(...span))} · ${wrong}` : wrong;
}

function faultText({ kind, span }: FormulaFault, text: string, w: (typeof editorWords)['zh-CN']): string {
  const piece = text.slice(...span);
  if (kind === 'unexpected') return w.unexpected(piece);
  if (kind === 'unknown') return w.unknownTrait(piece);
  return kind === 'function' ? w.function(piece) : w[kind];
}

export function FormulaField(props: FormulaFieldProps) {
  const { text, onChange, read, traits, self } = props;
  const w = useWords(editorWords);
  const t = useTraitWords();
  const language = useLanguage();
  const box = useRef<HTMLTextAreaElement | null>(null);
  const wrong = useWrong(props);
  const offered = traits.filter(({ name, type }) => NUMBERS.has(type) && name !== self);
  const insert = (name: string) => {
    const at = box.current?.selectionEnd ?? text.length;
    const before = text.slice(0, at);
    const gap = before && !/[\s(]$/.test(before) ? ' ' : '';
    onChange(`${before}${gap}${name}${text.slice(at)}`);
    box.current?.focus();
  };
  const named = (read?.names ?? []).flatMap((name) => offered.find((one) => one.name === name) ?? []);
  return (
    <>
      <Form.Item
        label={w.formula}
        className="trait-formula"
        validateStatus={wrong ? 'error' : ''}
        help={wrong || undefined}
        extra={w.formulaHint}
      >
        <Input.TextArea
          aria-label={w.formula}
          ref={(found) => {
            box.current = found?.resizableTextArea?.textArea ?? null;
          }}
          value={text}
          placeholder={w.formulaPlaceholder}
          autoSize={{ minRows: 2, maxRows: 8 }}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      </Form.Item>
      <div className="trait-names">
        <Select<string>
          aria-label={w.insert}
          placeholder={w.insert}
          value={null}
          onChange={insert}
          options={offered.map(({ name, label }) => ({
            value: name,
            label: `${said(label)[language]} · ${name}`,
          }))}
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          style={{ width: 160 }}
        />
        {named.map((trait) => (
          <span key={trait.name} className="quiet">
            <code>{trait.name}</code> {said(trait.label)[language]} ({t.measureOf(trait)})
          </span>
        ))}
      </div>
    </>
  );
}
