/** Touched and incremental return side by side, with what they are made of. */
import { useWords } from '@/ui/i18n';
import { type Kpi, KpiStrip } from '@/ui/kpi-strip';
import { Money } from '@/ui/numbers';
import type { Results } from '../queries';
import { boundsOf } from '../verdict';
import { words as common } from '../words/common';
import { words } from '../words/result';
import { useFigures } from './use-figures';

export function KeyFigures({ results }: { results: Results }) {
  const w = useWords(words);
  const c = useWords(common);
  const f = useFigures();
  const { returned, sales, buyers, cost_fen } = results;
  const period = f.period(results);
  const range = (bounds: ReturnType<typeof boundsOf>, text: (value: number) => string) =>
    bounds ? w.range(...f.both(bounds, text)) : sales.effect ? w.noInterval : w.noHoldout;
  const isKnown = returned.incremental_interval !== null;
  const effect = sales.effect?.absolute;
  const share = buyers.effect?.absolute;
  const items: Kpi[] = [
    {
      key: 'incremental',
      title: w.incremental,
      value: isKnown ? f.plainTimes(returned.incremental ?? 0) : null,
      ...(isKnown ? { unit: w.timesUnit } : {}),
      meaning: { definition: w.incrementalMeaning, unit: w.timesLong, period },
      note: range(boundsOf(returned.incremental_interval), f.plainTimes),
    },
    {
      key: 'touched',
      title: w.touched,
      value: returned.touched === null ? null : f.plainTimes(returned.touched),
      ...(returned.touched === null ? {} : { unit: w.timesUnit }),
      meaning: { definition: w.touchedMeaning, unit: w.timesLong, period },
      note: w.touchedNote,
    },
    {
      key: 'per-customer',
      title: w.perCustomer,
      value: effect ? f.signedMoney(effect.value) : null,
      meaning: { definition: w.perCustomerMeaning, unit: w.moneyUnit(f.unit), period },
      note: range(boundsOf(effect?.interval), f.signedMoney),
    },
    {
      key: 'conversion',
      title: w.conversion,
      value: share ? f.signedBarePoints(share.value) : null,
      ...(share ? { unit: w.pointsUnit } : {}),
      meaning: { definition: w.conversionMeaning, unit: w.pointsUnit, period },
      note: range(boundsOf(share?.interval), f.signedBarePoints),
    },
    {
      key: 'margin',
      title: w.marginTotal,
      value:
        returned.incremental_margin_fen === null ? null : (
          <Money fen={returned.incremental_margin_fen} whole />
        ),
      meaning: { definition: w.marginTotalMeaning, unit: f.unit, period },
      note: range(boundsOf(returned.incremental_margin_interval_fen), f.wholeMoney),
    },
    {
      key: 'cost',
      title: c.cost,
      value: <Money fen={cost_fen} />,
      meaning: { definition: w.costMeaning, unit: f.unit, period },
      note: w.costNote(f.count(results.messages.segments ?? 0)),
    },
  ];
  return <KpiStrip items={items} />;
}
