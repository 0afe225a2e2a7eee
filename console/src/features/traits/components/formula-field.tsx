/** A formula as text: traits by their codes, inserted from a list; under it what each code means. */
import { Form, Input, Select } from 'antd';
import { useRef } from 'react';
import { useLanguage, useWords } from '@/ui/i18n';
import { said } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import { placeIn } from '../draft';
import { editorWords } from '../editor-words';
import { type FormulaFault, type FormulaRead, spanAt } from '../formula';
import type { Trait } from '../queries';

const MEASURED = new Set(['integer', 'number', 'money']);

interface FormulaFieldProps {
  text: string;
  onChange: (text: string) => void;
  read: FormulaRead | undefined;
  traits: Trait[];
  /** What the server refuses. */
  wrong: string;
  /** The trait itself: a formula cannot name what it defines. */
  self: string | undefined;
}

/** What is wrong with a text, said with the piece of it that is meant. */
function useWrong({ text, read, traits, wrong }: FormulaFieldProps): string {
  const w = useWords(editorWords);
  const fault = read?.fault;
  if (fault && text.trim()) return faultText(fault, text, w);
  const unheard = read?.names.find(
    (name) => !traits.some((one) => one.name === name && MEASURED.has(one.type)),
  );
  if (unheard) return w.unknownTrait(unheard);
  if (!wrong) return '';
  const place = placeIn(wrong);
  const span = place && read ? spanAt(read.places, place) : undefined;
  return span ? `${w.at(text.slice(...span))} · ${wrong}` : wrong;
}

function faultText({ kind, span }: FormulaFault, text: string, w: (typeof editorWords)['zh-CN']): string {
  const piece = text.slice(...span);
  if (kind === 'unexpected') return w.unexpected(piece);
  return kind === 'function' ? w.function(piece) : w[kind];
}

export function FormulaField(props: FormulaFieldProps) {
  const { text, onChange, read, traits, self } = props;
  const w = useWords(editorWords);
  const t = useTraitWords();
  const language = useLanguage();
  const box = useRef<HTMLTextAreaElement | null>(null);
  const wrong = useWrong(props);
  const offered = traits.filter(({ name, type }) => MEASURED.has(type) && name !== self);
  const insert = (name: string) => {
    const at = box.current?.selectionEnd ?? text.length;
    const before = text.slice(0, at);
    const gap = before && !/[\s(]$/.test(before) ? ' ' : '';
    onChange(`${before}${gap}${name}${text.slice(at)}`);
    box.current?.focus();
  };
  const named = (read?.names ?? []).flatMap((name) => offered.find((one) => one.name === name) ?? []);
  return (
    <Form.Item
      label={w.formula}
      className="trait-formula"
      validateStatus={wrong ? 'error' : ''}
      help={wrong || w.formulaHint}
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
      <div className="trait-names">
        <Select<string>
          aria-label={w.insert}
          placeholder={w.insert}
          size="small"
          value={null}
          onChange={insert}
          options={offered.map(({ name, label }) => ({
            value: name,
            label: `${said(label)[language]} · ${name}`,
          }))}
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          style={{ width: 150 }}
        />
        {named.map((trait) => (
          <span key={trait.name} className="quiet">
            <code>{trait.name}</code> {said(trait.label)[language]} ({t.measureOf(trait)})
          </span>
        ))}
      </div>
    </Form.Item>
  );
}
