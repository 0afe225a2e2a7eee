/** Sales per customer of both arms, added up day by day; the distance between the lines is the effect. */
import { ChartCard } from '@/ui/chart-card';
import { axisTooltip, categoryAxis, chartGrid, chartLegend, lineSeries, valueAxis } from '@/ui/chart-options';
import { useWords } from '@/ui/i18n';
import type { Results } from '../queries';
import { words as common } from '../words/common';
import { words } from '../words/result';
import { useFigures } from './use-figures';

const FEN = 100;
const inUnits = (fen: number | null) => (fen === null ? null : Math.round(fen) / FEN);

export function CurveCard({ results }: { results: Results }) {
  const w = useWords(words);
  const c = useWords(common);
  const f = useFigures();
  const { curve } = results;
  const last = curve.at(-1);
  const text = (fen: number | null | undefined) => (fen == null ? '—' : f.money(fen));
  const option = {
    grid: chartGrid({ legend: true, axisNames: true, below: 24 }),
    legend: chartLegend,
    tooltip: axisTooltip((value) => f.money(value * FEN)),
    xAxis: categoryAxis(
      curve.map(({ day }) => day.slice(5)),
      w.day,
      true,
    ),
    yAxis: valueAxis(w.curveAxis(f.unit)),
    series: [
      lineSeries(
        c.treated,
        curve.map((day) => inUnits(day.treated_fen)),
        true,
      ),
      {
        ...lineSeries(
          c.holdout,
          curve.map((day) => inUnits(day.holdout_fen)),
        ),
        lineStyle: { type: 'dashed' },
      },
    ],
  };
  return (
    <ChartCard
      title={w.curve}
      meaning={{ definition: w.curveMeaning, unit: w.moneyUnit(f.unit), period: f.period(results) }}
      option={option}
      label={w.curveLabel(text(last?.treated_fen), text(last?.holdout_fen))}
      height={300}
      table={{
        columns: [w.day, c.treated, c.holdout],
        rows: curve.map(({ day, treated_fen, holdout_fen }) => [day, text(treated_fen), text(holdout_fen)]),
      }}
    />
  );
}
