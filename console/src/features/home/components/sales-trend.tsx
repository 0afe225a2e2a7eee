/** Sales of the period as a line, the period before as a dashed one. */
import { Card } from 'antd';
import { useMemo } from 'react';
import { ChartCard } from '@/ui/chart-card';
import { axisTooltip, categoryAxis, chartGrid, chartLegend, lineSeries, valueAxis } from '@/ui/chart-options';
import { compactText, minorDigits, moneyText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useBrand } from '@/ui/session';
import { EmptyBlock } from '@/ui/state-block';
import { tokens as t } from '@/ui/tokens';
import { useTraitWords } from '@/ui/trait-words';
import type { Day } from '../queries';
import { isWeekly, type TrendPoint, trendOf } from '../series';
import { words } from '../words';

const HEIGHT = 280;

function useOption(points: TrendPoint[], weekly: boolean) {
  const w = useWords(words);
  const unit = useTraitWords().unitOf({ type: 'money', unit: 'fen' });
  const language = useLanguage();
  const { currency } = useBrand();
  return useMemo(() => {
    const scale = 10 ** minorDigits(currency);
    const main = (fen: number | null) => (fen === null ? null : fen / scale);
    const before = lineSeries(
      w.trendBefore,
      points.map((point) => main(point.beforeFen)),
    );
    return {
      grid: chartGrid({ legend: true, axisNames: true }),
      legend: chartLegend,
      tooltip: axisTooltip((value) => moneyText(Math.round(value * scale), currency, language, true)),
      xAxis: categoryAxis(
        points.map(({ day }) => day),
        undefined,
        true,
      ),
      yAxis: valueAxis(w.trendAxis(unit, weekly), (value) => compactText(value, language)),
      series: [
        lineSeries(
          w.trendThis,
          points.map(({ fen }) => main(fen)),
          true,
        ),
        {
          ...before,
          lineStyle: { type: 'dashed', width: 1.5, color: t.color.textTertiary },
          itemStyle: { color: t.color.textTertiary },
        },
      ],
    };
  }, [points, weekly, w, unit, language, currency]);
}

interface SalesTrendProps {
  /** Undefined while loading. */
  now: Day[] | undefined;
  before: Day[] | undefined;
  days: number;
  period: string;
}

export function SalesTrend({ now, before, days, period }: SalesTrendProps) {
  const w = useWords(words);
  const unit = useTraitWords().unitOf({ type: 'money', unit: 'fen' });
  const language = useLanguage();
  const { currency } = useBrand();
  const weekly = isWeekly(days);
  const points = useMemo(() => trendOf(now ?? [], before ?? [], days), [now, before, days]);
  const option = useOption(points, weekly);
  const money = (fen: number | null) => (fen === null ? '—' : moneyText(fen, currency, language, true));
  const sum = (pick: (point: TrendPoint) => number) =>
    points.reduce((total, point) => total + pick(point), 0);
  if (!now || !before)
    return (
      <Card title={w.trend} className="home-fill">
        <div className="chart-wait" style={{ height: HEIGHT }} role="status" aria-label={w.trend} />
      </Card>
    );
  if (!points.some((point) => point.fen !== 0 || point.beforeFen))
    return (
      <Card title={w.trend} className="home-fill">
        <div className="state-box" style={{ minHeight: HEIGHT }}>
          <EmptyBlock text={w.noSales} />
        </div>
      </Card>
    );
  return (
    <ChartCard
      title={w.trend}
      meaning={{ unit, period, definition: w.trendMeaning }}
      label={w.trendLabel(money(sum(({ fen }) => fen)), money(sum(({ beforeFen }) => beforeFen ?? 0)))}
      option={option}
      height={HEIGHT}
      table={{
        columns: [weekly ? w.week : w.day, w.trendThis, w.trendBefore],
        rows: points.map(({ day, fen, beforeFen }) => [day, money(fen), money(beforeFen)]),
      }}
    />
  );
}
