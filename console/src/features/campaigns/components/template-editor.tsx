/** The text of the SMS: variables at the cursor, findings marked where they stand, each with its remedy. */
import { Button, Flex, Input, Tooltip } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useRef } from 'react';
import { useLanguage, useWords } from '@/ui/i18n';
import { ToneTag } from '@/ui/tags';
import { type Fault, useVariables } from '../queries';
import { inserted, type Place, piecesOf, placeOf } from '../text';
import { words } from '../words/wizard';
import { Field } from './field';

interface TemplateEditorProps {
  text: string;
  onChange: (text: string) => void;
  /** What the server found in this very text; undefined while it is looking. */
  faults: Fault[] | undefined;
}

function Faults({ faults, onShow }: { faults: Fault[] | undefined; onShow: (fault: Fault) => void }) {
  const w = useWords(words);
  const language = useLanguage();
  if (!faults) return null;
  if (faults.length === 0) return <p className="cp-faults-none">✓ {w.faultsNone}</p>;
  return (
    <ul className="cp-faults" aria-label={w.faults}>
      {faults.map((fault) => (
        <li key={`${fault.code}-${fault.line}-${fault.column}`}>
          <ToneTag tone={fault.severity === 'error' ? 'bad' : 'warning'}>
            {fault.severity === 'error' ? w.faultError : w.faultWarning}
          </ToneTag>
          <span>{language === 'zh-CN' ? fault.remedy_zh : fault.remedy}</span>
          <Button type="link" size="small" title={w.faultShow} onClick={() => onShow(fault)}>
            {w.faultPlace(fault.line, fault.column)}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** The same text behind the field, invisible but for the marks. */
function Marks({ text, faults }: { text: string; faults: Fault[] }) {
  return (
    <div className="cp-marks" aria-hidden>
      {piecesOf(text, faults).map(({ text: piece, start, severity }) =>
        severity ? (
          <mark key={start} className={`cp-mark-${severity}`}>
            {piece}
          </mark>
        ) : (
          <span key={start}>{piece}</span>
        ),
      )}
    </div>
  );
}

export function TemplateEditor({ text, onChange, faults }: TemplateEditorProps) {
  const w = useWords(words);
  const language = useLanguage();
  const variables = useVariables();
  const field = useRef<TextAreaRef>(null);
  const areaOf = () => field.current?.resizableTextArea?.textArea;
  const select = ({ start, end }: Place) => {
    areaOf()?.focus();
    areaOf()?.setSelectionRange(start, end);
  };
  const insert = (name: string) => {
    const area = areaOf();
    const at = { start: area?.selectionStart ?? text.length, end: area?.selectionEnd ?? text.length };
    const edited = inserted(text, at, `{{ ${name} | default: "${w.fallback}" }}`);
    onChange(edited.text);
    requestAnimationFrame(() => select({ start: edited.caret, end: edited.caret }));
  };
  const buttons = (
    <Flex gap={4} align="center">
      <span className="cp-quiet">{w.insert}</span>
      {(variables.data?.items ?? []).map((one) => {
        const title = language === 'zh-CN' ? one.title_zh : one.title;
        return (
          <Tooltip key={one.name} title={w.insertHelp(title, one.sample)}>
            <Button size="small" onClick={() => insert(one.name)}>
              {title}
            </Button>
          </Tooltip>
        );
      })}
    </Flex>
  );
  return (
    <Field label={w.text} help={w.textHelp} htmlFor="campaign-text" extra={buttons}>
      <div className="cp-marked-field">
        {faults ? <Marks text={text} faults={faults} /> : null}
        <Input.TextArea
          ref={field}
          id="campaign-text"
          value={text}
          maxLength={2000}
          autoSize={{ minRows: 4, maxRows: 12 }}
          placeholder={w.textPlaceholder}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <Faults faults={faults} onShow={(fault) => select(placeOf(text, fault))} />
    </Field>
  );
}
