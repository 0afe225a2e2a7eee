/** Numbers, money and times as text; nothing is shown as a dash. */
import type { Language } from '@/client/language';

export const NOTHING = '—';

/** `fen` counts the currency's smallest unit, so 123450 CNY is ¥1,234.50 and 1234 JPY is JP¥1,234. */
export function moneyText(fen: number, currency: string, language: Language, whole = false): string {
  const shape = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  const digits = new Intl.NumberFormat(language, shape).resolvedOptions().maximumFractionDigits ?? 2;
  const options = whole ? { ...shape, minimumFractionDigits: 0, maximumFractionDigits: 0 } : shape;
  return new Intl.NumberFormat(language, options).format(fen / 10 ** digits);
}

/** How many digits a currency has behind the point: 2 for CNY, 0 for JPY. */
export const minorDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** The currency's unit in words: 元, CNY. */
export const moneyUnit = (currency: string, language: Language): string =>
  currency === 'CNY' && language === 'zh-CN' ? '元' : currency;

/** A large number on an axis: 12万, 120K. */
export const compactText = (value: number, language: Language): string =>
  new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);

export function numText(value: number, language: Language, digits = 0): string {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** `ratio` 0.917 is 91.7%. */
export function percentText(ratio: number, language: Language, digits = 1): string {
  const options = { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language, options).format(ratio);
}

export type TimeDetail = 'date' | 'minute' | 'second';

/** An instant in the brand's zone as 2026-11-22, 2026-11-22 09:30 or 2026-11-22 09:30:05. */
export function timeText(at: string | Date, zone: string, detail: TimeDetail = 'minute'): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(at));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  const date = `${of('year')}-${of('month')}-${of('day')}`;
  if (detail === 'date') return date;
  const minute = `${date} ${of('hour')}:${of('minute')}`;
  return detail === 'minute' ? minute : `${minute}:${of('second')}`;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago, or from now: 3 天前, in 2 hours. */
export function relativeText(at: string | Date, now: Date, language: Language): string {
  const seconds = (new Date(at).getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of STEPS)
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  return format.format(0, 'minute');
}

/** Bytes as people say them: 12.4 MB. */
export function sizeText(bytes: number, language: Language): string {
  const mega = bytes / 1_048_576;
  return mega >= 1 ? `${numText(mega, language, 1)} MB` : `${numText(Math.ceil(bytes / 1024), language)} KB`;
}
