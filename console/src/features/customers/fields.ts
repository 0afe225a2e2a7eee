/** Fields of a brand between the server, a form and what people read. */
import type { FieldDefinition, FieldKind } from './by-hand-queries';

export const KINDS: readonly FieldKind[] = ['text', 'integer', 'number', 'date', 'choice', 'boolean'];

/** One line a choice, `value,Chinese,English`; one word alone is all three. */
export function choicesOf(text: string): FieldDefinition['choices'] {
  return text
    .split('\n')
    .map((line) => line.split(/[,，]/).map((word) => word.trim()))
    .flatMap(([value = '', zh, en]) => (value ? [{ value, zh: zh || value, en: en || zh || value }] : []));
}

export const choicesText = (choices: FieldDefinition['choices'] = []): string =>
  choices.map(({ value, zh, en }) => (value === zh && zh === en ? value : `${value},${zh},${en}`)).join('\n');

export const labelOf = (field: FieldDefinition, language: string): string =>
  language === 'en' ? field.label_en : field.label_zh;

/** What a field holds, as people read it. */
export function valueText(
  field: FieldDefinition,
  value: string,
  told: { language: string; yes: string; no: string },
): string {
  if (!value) return '';
  if (field.kind === 'boolean') return value === 'true' ? told.yes : told.no;
  const choice = field.choices?.find((one) => one.value === value);
  if (!choice) return value;
  return told.language === 'en' ? choice.en : choice.zh;
}

/** Only what was filled in or is to be emptied goes to the server. */
export function changesOf<T extends object>(values: T, cleared: readonly string[]): Partial<T> {
  const filled = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return Object.fromEntries([...filled, ...cleared.map((name) => [name, null])]) as Partial<T>;
}
