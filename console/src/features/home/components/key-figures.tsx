/** Sales, members' share, repurchase, buyers, average order: each beside the period before. */
import { numText, percentText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { type Comparison, type Kpi, KpiStrip } from '@/ui/kpi-strip';
import { Money, Num, Percent } from '@/ui/numbers';
import { said } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import type { Measured, Metrics } from '../queries';
import { words } from '../words';

const SHOWN = ['sales', 'member_share', 'repurchase_rate', 'buyers', 'average_order_value'];
const NEUTRAL = new Set(['average_order_value']);

function useComparison(days: number): (one: Measured) => Comparison {
  const w = useWords(words);
  const language = useLanguage();
  return ({ metric, value, previous, change }) => {
    const good = NEUTRAL.has(metric.name) ? 'neither' : 'up';
    const label = w.against(days);
    if (metric.unit !== 'share' || value === null || previous === null) return { change, label, good };
    const points = Math.round((value - previous) * 1000) / 1000; // a change that shows as 0.0 is none
    return { change: points, label, good, text: w.points(numText(Math.abs(points) * 100, language, 1)) };
  };
}

function Value({ metric, value }: Measured) {
  if (metric.unit === 'fen') return <Money fen={value} whole={metric.name === 'sales'} />;
  return metric.unit === 'share' ? <Percent ratio={value} /> : <Num value={value} />;
}

export function KeyFigures({
  metrics,
  days,
  period,
}: {
  metrics: Metrics | undefined;
  days: number;
  period: string;
}) {
  const w = useWords(words);
  const t = useTraitWords();
  const language = useLanguage();
  const comparison = useComparison(days);
  const units: Record<string, string> = {
    share: w.share,
    fen: t.unitOf({ type: 'money', unit: 'fen' }),
    count: w.people,
  };
  const items = SHOWN.flatMap((name): Kpi[] => {
    const one = metrics?.metrics.find(({ metric }) => metric.name === name);
    if (!one)
      return metrics ? [] : [{ key: name, title: ' ', value: null, meaning: { unit: ' ', definition: ' ' } }];
    return [
      {
        key: name,
        title: said(one.metric.label)[language],
        value: one.value === null ? null : <Value {...one} />,
        ...(one.metric.unit === 'count' ? { unit: w.people } : {}),
        meaning: {
          unit: units[one.metric.unit] ?? one.metric.unit,
          period,
          definition: said(one.metric.definition)[language],
        },
        comparison: comparison(one),
      },
    ];
  });
  return <KpiStrip items={items} loading={!metrics} />;
}

export const shareText = (part: number, whole: number, language: 'zh-CN' | 'en'): string =>
  percentText(whole > 0 ? part / whole : 0, language);
