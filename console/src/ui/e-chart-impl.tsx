/** The chart itself: follows its box, redraws on new options and leaves nothing behind. */
import { useEffect, useRef } from 'react';
import { type EChartsCoreOption, echarts } from './chart-theme';

export interface EChartProps {
  option: EChartsCoreOption;
  /** What the chart says, in one sentence: read aloud instead of the picture. */
  label: string;
  height?: number;
  /** A mark was clicked: its series, category and place in the data. */
  onSelect?: (mark: { series: string; name: string; index: number }) => void;
}

const stillness = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export function EChartImpl({ option, label, height = 280, onSelect }: EChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof echarts.init> | null>(null);
  const select = useRef(onSelect);
  select.current = onSelect;

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const instance = echarts.init(element, 'siyu');
    chart.current = instance;
    instance.on('click', ({ seriesName, name, dataIndex }) =>
      select.current?.({ series: seriesName ?? '', name, index: dataIndex }),
    );
    const observer = new ResizeObserver(() => instance.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      instance.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(stillness() ? { ...option, animation: false } : option, { notMerge: true });
  }, [option]);

  return <div ref={box} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}
