/** The chart types in use, registered once, and their look. */
import { BarChart, CustomChart, FunnelChart, HeatmapChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { tokens as t } from './tokens';

echarts.use([
  LineChart,
  BarChart,
  HeatmapChart,
  FunnelChart,
  CustomChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
  MarkLineComponent,
  AriaComponent,
  CanvasRenderer,
]);

const axis = {
  axisLine: { lineStyle: { color: t.color.border } },
  axisTick: { show: false },
  axisLabel: { color: t.color.textSecondary, fontSize: 12 },
  nameTextStyle: { color: t.color.textSecondary, fontSize: 12 },
  splitLine: { lineStyle: { color: t.chart.split } },
};

echarts.registerTheme('siyu', {
  color: t.chart.categorical,
  textStyle: { fontFamily: t.font.family, color: t.color.text, fontSize: 12 },
  categoryAxis: { ...axis, splitLine: { show: false } },
  valueAxis: { ...axis, axisLine: { show: false } },
  legend: {
    icon: 'roundRect',
    itemWidth: 10,
    itemHeight: 10,
    itemGap: 16,
    textStyle: { color: t.color.textSecondary, fontSize: 12 },
  },
  tooltip: {
    backgroundColor: '#fff',
    borderColor: t.color.border,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: t.color.text, fontSize: 12 },
    extraCssText: 'box-shadow:0 4px 16px rgba(27,32,51,.10);border-radius:6px',
  },
  animationDuration: 300,
  animationDurationUpdate: 200,
  line: { lineStyle: { width: 2 }, symbol: 'circle', symbolSize: 5, smooth: false },
  bar: { barMaxWidth: 28, itemStyle: { borderRadius: [3, 3, 0, 0] } },
});

export type { EChartsCoreOption } from 'echarts/core';
export { echarts };
