/** ECharts, loaded after the page: the box keeps its height meanwhile. */
import { lazy, Suspense } from 'react';
import type { EChartProps } from './e-chart-impl';

const Impl = lazy(() => import('./e-chart-impl').then((module) => ({ default: module.EChartImpl })));

export function EChart(props: EChartProps) {
  return (
    <Suspense fallback={<div className="chart-wait" style={{ height: props.height ?? 280 }} />}>
      <Impl {...props} />
    </Suspense>
  );
}
