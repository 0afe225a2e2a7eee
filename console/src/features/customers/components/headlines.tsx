/** The four figures that describe a customer, each with one that puts it in proportion. */
import { useLanguage } from '@/ui/i18n';
import { type Kpi, KpiStrip } from '@/ui/kpi-strip';
import { Money, Num } from '@/ui/numbers';
import { said, type Trait, TraitValue } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import type { Insight } from '../queries';

/** The figure, and the trait under it. */
const SHOWN = [
  ['sales_365d_fen', 'sales_fen'],
  ['orders', 'orders_365d'],
  ['average_order_fen', 'favourite_category'],
  ['days_since_last_order', 'gap_days_mean'],
] as const;

interface HeadlinesProps {
  insight: Insight | undefined;
  traits: Trait[];
  period: string;
}

export function Headlines({ insight, traits, period }: HeadlinesProps) {
  const t = useTraitWords();
  const language = useLanguage();
  const named = (name: string) => traits.find((each) => each.name === name);
  const items = SHOWN.flatMap(([name, under]): Kpi[] => {
    const trait = named(name);
    const second = named(under);
    if (!trait) return [];
    const value = insight?.traits[name];
    const amount = typeof value === 'number' ? value : null;
    const unit = trait.type === 'money' ? '' : t.unitOf(trait);
    return [
      {
        key: name,
        title: said(trait.label)[language],
        value:
          amount === null ? null : trait.type === 'money' ? <Money fen={amount} /> : <Num value={amount} />,
        ...(unit && amount !== null ? { unit } : {}),
        meaning: { unit: t.measureOf(trait), period, definition: said(trait.definition)[language] },
        note: second ? (
          <>
            {said(second.label)[language]} <TraitValue trait={second} value={insight?.traits[under]} />
          </>
        ) : null,
      },
    ];
  });
  return items.length > 0 ? <KpiStrip items={items} loading={!insight} /> : null;
}
