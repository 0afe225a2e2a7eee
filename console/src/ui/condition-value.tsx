/** What the value of a condition is entered with: by the type of what is asked and the operator, with its unit. */
import { AutoComplete, DatePicker, InputNumber, Select } from 'antd';
import dayjs from 'dayjs';
import type { ConditionValueProps } from './condition-builder';
import { LISTS, NO_VALUE, shaped } from './condition-tree';
import { conditionWords as words } from './condition-words';
import { minorDigits } from './format';
import { useLanguage, useWords } from './i18n';
import { useBrand } from './session';
import { said, type Trait } from './trait-value';
import { useTraitWords } from './trait-words';
import './condition-value.css';

interface EditorProps {
  trait: Trait;
  value: unknown;
  onChange: (value: unknown) => void;
  disabled: boolean;
  /** Texts to choose from; others may be typed all the same. */
  suggested?: readonly string[];
}

const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textOr = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined;
const listOr = (value: unknown): (string | number)[] => (Array.isArray(value) ? value : []);

/** Money is entered in the currency's unit and kept in its smallest one. */
function useScale(trait: Trait): number {
  const digits = minorDigits(useBrand().currency);
  return trait.type === 'money' ? 10 ** digits : 1;
}

function NumberEditor({ trait, value, onChange, disabled, unit }: EditorProps & { unit?: string }) {
  const w = useWords(words);
  const scale = useScale(trait);
  const t = useTraitWords();
  const found = numberOr(value);
  const whole = trait.type !== 'number' && scale === 1;
  return (
    <InputNumber
      aria-label={w.choose}
      disabled={disabled}
      value={found === null ? null : found / scale}
      suffix={unit ?? t.unitOf(trait)}
      controls={false}
      {...(whole ? { precision: 0 } : {})}
      onChange={(typed) =>
        onChange(
          typed === null ? '' : whole ? typed : trait.type === 'money' ? Math.round(typed * scale) : typed,
        )
      }
      style={{ width: 132 }}
    />
  );
}

function DayEditor({ value, onChange, disabled }: EditorProps) {
  const w = useWords(words);
  const text = textOr(value);
  return (
    <DatePicker
      aria-label={w.day}
      disabled={disabled}
      value={text ? dayjs(text) : null}
      onChange={(day) => onChange(day ? day.format('YYYY-MM-DD') : '')}
      style={{ width: 140 }}
    />
  );
}

function RangeEditor(props: EditorProps) {
  const w = useWords(words);
  const [low, high] = listOr(props.value);
  const One = props.trait.type === 'moment' ? DayEditor : NumberEditor;
  return (
    <span className="value-range">
      <One {...props} value={low} onChange={(next) => props.onChange([next, high])} />
      {w.to}
      <One {...props} value={high} onChange={(next) => props.onChange([low, next])} />
    </span>
  );
}

function ListEditor({ trait, value, onChange, disabled, suggested }: EditorProps) {
  const w = useWords(words);
  const language = useLanguage();
  const scale = useScale(trait);
  const choice = trait.type === 'choice';
  const numeric = !choice && trait.type !== 'text';
  const shown = listOr(value).map((each) => (numeric ? String(Number(each) / scale) : String(each)));
  const keep = (typed: string[]) =>
    numeric ? typed.map((each) => Math.round(Number(each) * scale)).filter(Number.isFinite) : typed;
  return (
    <Select
      mode={choice ? 'multiple' : 'tags'}
      aria-label={w.several}
      placeholder={choice ? w.choose : w.several}
      disabled={disabled}
      value={shown}
      onChange={(typed: string[]) => onChange(keep(typed))}
      {...(choice
        ? {
            options: Object.entries(trait.choices).map(([key, name]) => ({
              value: key,
              label: said(name)[language],
            })),
          }
        : suggested && !numeric
          ? { options: suggested.map((each) => ({ value: each, label: each })) }
          : { open: false, suffixIcon: null })}
      popupMatchSelectWidth={false}
      style={{ width: 'auto', minWidth: 220, maxWidth: 460 }}
    />
  );
}

function OneEditor(props: EditorProps) {
  const w = useWords(words);
  const language = useLanguage();
  const { trait, value, onChange, disabled, suggested } = props;
  const choices =
    trait.type === 'boolean'
      ? [
          { value: 'true', label: w.yes },
          { value: 'false', label: w.no },
        ]
      : Object.entries(trait.choices).map(([key, name]) => ({ value: key, label: said(name)[language] }));
  switch (trait.type) {
    case 'boolean':
    case 'choice':
      return (
        <Select
          aria-label={w.choose}
          placeholder={w.choose}
          disabled={disabled}
          value={value === '' || value === undefined || value === null ? null : String(value)}
          onChange={(key: string) => onChange(trait.type === 'boolean' ? key === 'true' : key)}
          options={choices}
          popupMatchSelectWidth={false}
          style={{ width: 'auto', minWidth: 140 }}
        />
      );
    case 'moment':
      return <DayEditor {...props} />;
    case 'text':
      return (
        <AutoComplete
          aria-label={w.choose}
          disabled={disabled}
          value={textOr(value) ?? ''}
          onChange={(typed: string) => onChange(typed)}
          options={(suggested ?? []).map((each) => ({ value: each }))}
          showSearch={{ filterOption: (typed, option) => String(option?.value ?? '').includes(typed) }}
          style={{ width: 176 }}
        />
      );
    default:
      return <NumberEditor {...props} />;
  }
}

/** The field's `trait` says what is asked about: a trait, or a property of a fact. */
export function ConditionValue(asked: ConditionValueProps & { suggested?: readonly string[] }) {
  const { fieldData, operator, value, handleOnChange, disabled, suggested } = asked;
  const t = useTraitWords();
  const trait = (fieldData as { trait?: Trait }).trait;
  if (!trait || NO_VALUE.has(operator)) return null;
  const props = {
    trait,
    value: shaped(operator, value),
    onChange: (next: unknown) => handleOnChange(next),
    disabled: disabled ?? false,
    ...(suggested ? { suggested } : {}),
  };
  if (operator === 'between') return <RangeEditor {...props} />;
  if (LISTS.has(operator)) return <ListEditor {...props} />;
  if (operator === 'within_days')
    return <NumberEditor {...props} unit={t.unitOf({ type: 'integer', unit: 'days' })} />;
  return <OneEditor {...props} />;
}
