/** How the values of the audit log are said to this reader: codes by their words, money, shares and moments. */

import { partWords, reasonWords, stateWords } from '@/ui/campaign-words';
import { kindWords } from '@/ui/consent-words';
import { moneyText, numText, percentText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { operatorWords } from '@/ui/operator-words';
import { roleWords } from '@/ui/role-words';
import { useBrand } from '@/ui/session';
import type { Trait } from '@/ui/trait-value';
import { leafOf, type Say, valueText } from '../changes';
import { useFieldLabels, useTraits } from '../queries';
import { sentenceOf } from '../sentence';
import { permissionWords } from '../words/access';
import { words } from '../words/audit';
import { codeWords } from '../words/audit-codes';
import { fieldWords } from '../words/audit-fields';
import { wordFor } from './role-matrix';

const CENTIFEN_DIGITS = 4;

export interface Speech {
  field: (field: string) => string;
  value: (field: string, value: unknown) => string;
}

function useCodeWord(): Say['word'] {
  const states = useWords(stateWords);
  const parts = useWords(partWords);
  const reasons = useWords(reasonWords);
  const roles = useWords(roleWords);
  const permissions = useWords(permissionWords);
  const codes = useWords(codeWords);
  const kinds = useWords(kindWords);
  const profile = useWords(fieldWords);
  const own = useFieldLabels();
  const known: Record<string, Record<string, string>> = {
    state: { ...states, ...parts },
    reason: reasons,
    exclusion: reasons,
    roles,
    scopes: permissions,
    kind: kinds,
    fields: { ...profile, ...own },
  };
  return (field, code) => wordFor({ ...codes, ...known[field] }, code);
}

export function useSay(): Speech {
  const w = useWords(words);
  const fields = useWords(fieldWords);
  const operators = useWords(operatorWords);
  const language = useLanguage();
  const { currency, time_zone: zone } = useBrand();
  const word = useCodeWord();
  const traits = useTraits();
  const money = (fen: number) =>
    Number.isInteger(fen) || fen > 100
      ? moneyText(fen, currency, language)
      : smallMoney(fen, currency, language);
  const traitValue = (trait: Trait | undefined, value: unknown): string => {
    if (typeof value === 'number') return trait?.unit === 'fen' ? money(value) : numText(value, language);
    const choice = trait?.choices[String(value)];
    return choice ? choice[language === 'en' ? 'en' : 'zh'] : valueText('', value, say);
  };
  const say: Say = {
    nothing: w.nothing,
    yes: w.yes,
    no: w.no,
    money,
    number: (value) => numText(value, language),
    percent: (ratio) => percentText(ratio, language, 2).replace(/\.?0+%$/, '%'),
    moment: (at) => timeText(at, zone),
    word,
    definition: (definition) =>
      sentenceOf(definition, new Map((traits.data ?? []).map((trait) => [trait.name, trait])), {
        language,
        and: w.and,
        or: w.or,
        not: w.not,
        everybody: w.everybody,
        withinDays: w.withinDays,
        operators,
        value: traitValue,
      }),
  };
  return {
    field: (field) =>
      field
        .split('.')
        .map((part) => wordFor(fields, part))
        .join(' · '),
    value: (field, value) => valueText(leafOf(field), value, say),
  };
}

/** A price below the currency's smallest unit keeps its digits: ¥0.0450. */
function smallMoney(fen: number, currency: string, language: 'zh-CN' | 'en'): string {
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: CENTIFEN_DIGITS,
  }).format(fen / 100);
}
