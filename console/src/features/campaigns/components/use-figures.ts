/** Differences as people read them: signed money, percentage points, intervals. */
import { moneyText, moneyUnit, numText, percentText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useBrand } from '@/ui/session';
import type { Results } from '../queries';
import type { Bounds } from '../verdict';
import { words } from '../words/result';

export function useFigures() {
  const w = useWords(words);
  const language = useLanguage();
  const { currency, time_zone: zone } = useBrand();
  const money = (fen: number) => moneyText(fen, currency, language);
  const signed = (text: (value: number) => string) => (value: number) =>
    `${value > 0 ? '+' : value < 0 ? '−' : ''}${text(Math.abs(value))}`;
  const points = (share: number) => `${numText(share * 100, language, 2)} ${w.pointsUnit}`;
  return {
    money,
    wholeMoney: (fen: number) => moneyText(fen, currency, language, true),
    signedMoney: signed(money),
    signedPoints: signed(points),
    signedBarePoints: signed((share) => numText(share * 100, language, 2)),
    signedPercent: signed((share) => percentText(share, language)),
    percent: (share: number) => percentText(share, language, 2),
    times: signed((value) => numText(value, language, 1)),
    plainTimes: (value: number) => numText(value, language, 1),
    count: (value: number) => numText(value, language),
    unit: moneyUnit(currency, language),
    /** Sentences after one another; Chinese wants no blank between them. */
    sentences: (...parts: string[]) => parts.filter(Boolean).join(language === 'zh-CN' ? '' : ' '),
    /** Both ends in the same words. */
    both: ({ low, high }: Bounds, text: (value: number) => string): [string, string] => [
      text(low),
      text(high),
    ],
    period: ({ assigned_at, window_ends_at, as_of }: Results) =>
      w.period(timeText(assigned_at, zone), timeText(as_of < window_ends_at ? as_of : window_ends_at, zone)),
  };
}
