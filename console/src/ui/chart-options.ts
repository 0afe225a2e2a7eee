/** The parts that every chart of the console shares: room for labels, named axes, one kind of tooltip. */
import { tokens as t } from './tokens';

/** Keeps the axis labels inside the box; `legend` and `axisNames` reserve the room above. */
export function chartGrid(room: { legend?: boolean; axisNames?: boolean; below?: number } = {}) {
  const top = 8 + (room.legend ? 28 : 0) + (room.axisNames ? 24 : 0);
  return {
    left: 4,
    right: 16,
    top,
    bottom: 4 + (room.below ?? 0),
    outerBoundsMode: 'same',
    outerBoundsContain: 'axisLabel',
  } as const;
}

/** Days, stages, classes. The first and the last label are always shown. */
export function categoryAxis(data: string[], name?: string, edgeToEdge = false) {
  return {
    type: 'category',
    data,
    ...(name ? { name, nameLocation: 'middle', nameGap: 30 } : {}),
    boundaryGap: !edgeToEdge,
    axisLabel: { showMinLabel: true, showMaxLabel: true, hideOverlap: true },
  } as const;
}

/** `name` says what is measured and in which unit: 销售额（元）. */
export function valueAxis(name: string, format?: (value: number) => string) {
  return {
    type: 'value',
    name,
    nameLocation: 'end',
    nameGap: 12,
    nameTextStyle: { align: 'left', padding: [0, 0, 0, -8] },
    splitNumber: 4,
    ...(format ? { axisLabel: { formatter: format } } : {}),
  } as const;
}

/** One tooltip for all series at a place; `format` writes the values with their unit. */
export function axisTooltip(format?: (value: number) => string) {
  return {
    trigger: 'axis',
    axisPointer: { type: 'line', lineStyle: { color: t.color.placeholder, type: 'dashed' } },
    ...(format ? { valueFormatter: (value: unknown) => format(Number(value)) } : {}),
  } as const;
}

export const chartLegend = { top: 0, left: 0 } as const;

/** A line without symbols; `main` fills the area under the most important one. */
export function lineSeries(name: string, data: (number | null)[], main = false) {
  return {
    name,
    type: 'line',
    data,
    showSymbol: false,
    ...(main ? { areaStyle: { opacity: 0.06 } } : {}),
  } as const;
}
