/** A customer's trait as a person reads it: money in the brand's currency, moments in its zone, choices by name. */
import { NOTHING } from './format';
import { type Title, useLanguage } from './i18n';
import { Money, Num } from './numbers';
import { StageTag } from './tags';
import { Time } from './time';
import { useTraitWords } from './trait-words';

/** What the catalogue says of a trait. */
export interface Trait {
  name: string;
  type: 'integer' | 'money' | 'number' | 'text' | 'choice' | 'moment' | 'boolean';
  unit: string;
  label: { zh: string; en: string };
  definition: { zh: string; en: string };
  choices: Record<string, { zh: string; en: string }>;
}

export type TraitValueType = string | number | boolean | null | undefined;

/** Server words in the reader's language. */
export const said = (words: { zh: string; en: string }): Title => ({ 'zh-CN': words.zh, en: words.en });

/** Shares and small means would be all the same with one digit behind the point. */
const digitsOf = (value: number): number =>
  Number.isInteger(value) ? 0 : Math.abs(value) < 10 && !Number.isInteger(value * 10) ? 2 : 1;

interface TraitValueProps {
  trait: Trait;
  value: TraitValueType;
  /** Whether the unit stands beside the number; a table says it in the head. */
  unit?: boolean;
}

export function TraitValue({ trait, value, unit = true }: TraitValueProps) {
  const language = useLanguage();
  const w = useTraitWords();
  if (value === null || value === undefined || value === '') return <span className="num">{NOTHING}</span>;
  if (trait.name === 'stage') return <StageTag stage={String(value)} />;
  switch (trait.type) {
    case 'money':
      return <Money fen={Number(value)} />;
    case 'integer':
    case 'number': {
      const digits = trait.type === 'number' ? digitsOf(Number(value)) : 0;
      const name = unit ? w.unitOf(trait) : '';
      return <Num value={Number(value)} digits={digits} {...(name ? { unit: name } : {})} />;
    }
    case 'moment':
      return <Time at={String(value)} detail="date" />;
    case 'boolean':
      return <span>{value ? w.yes : w.no}</span>;
    case 'choice': {
      const choice = trait.choices[String(value)];
      return <span>{choice ? said(choice)[language] : String(value)}</span>;
    }
    default:
      return <span>{String(value)}</span>;
  }
}
