/** The units of traits and metrics in words. */
import { moneyUnit } from './format';
import { defineWords, useLanguage, useWords } from './i18n';
import { useBrand } from './session';

export const traitWords = defineWords({
  'zh-CN': {
    yes: '是',
    no: '否',
    orders: '单',
    days: '天',
    refunds: '笔',
    score: '分',
    purchase_days: '天',
    moment: '日期与时间（品牌时区）',
    choice: '类别',
    text: '文字',
    flag: '是 / 否',
    number: '个',
  },
  en: {
    yes: 'Yes',
    no: 'No',
    orders: 'orders',
    days: 'days',
    refunds: 'refunds',
    score: 'points of 5',
    purchase_days: 'days',
    moment: 'date and time, brand zone',
    choice: 'category',
    text: 'text',
    flag: 'yes / no',
    number: 'number',
  },
});

interface WithUnit {
  type: string;
  unit: string;
}

/** `unitOf` is short and empty where there is none; `measureOf` always says something, for definitions. */
export function useTraitWords() {
  const w = useWords(traitWords);
  const language = useLanguage();
  const { currency } = useBrand();
  const units: Record<string, string> = {
    orders: w.orders,
    days: w.days,
    refunds: w.refunds,
    score: w.score,
    purchase_days: w.purchase_days,
    fen: moneyUnit(currency, language),
  };
  const kinds: Record<string, string> = {
    moment: w.moment,
    choice: w.choice,
    text: w.text,
    boolean: w.flag,
  };
  const unitOf = ({ unit }: WithUnit): string => units[unit] ?? unit;
  return {
    yes: w.yes,
    no: w.no,
    unitOf,
    measureOf: (trait: WithUnit): string => unitOf(trait) || (kinds[trait.type] ?? w.number),
  };
}
