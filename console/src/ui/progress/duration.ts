/** How long work took, and how far it is. */
import type { Language } from '@/client/language';

const MINUTE = 60;
const HOUR = 3600;

/** Seconds as people say them: 42 秒, 3 min 5 s, 1 小时 2 分. */
export function durationText(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / HOUR), Math.floor((whole % HOUR) / MINUTE), whole % MINUTE];
  const [hour, minute, second] = language === 'en' ? [' h', ' min', ' s'] : [' 小时', ' 分', ' 秒'];
  if (h > 0) return `${h}${hour} ${m}${minute}`;
  return m > 0 ? `${m}${minute} ${s}${second}` : `${s}${second}`;
}

export interface Work {
  state: string;
  done: number;
  total: number;
  started_at: string | null;
  finished_at: string | null;
}

export const isOpen = ({ state }: { state: string }): boolean => state === 'queued' || state === 'running';

/** 0 to 100; nothing while the size of the step is not known. */
export function percentOf({ state, done, total }: Work): number | undefined {
  if (state === 'done') return 100;
  if (total <= 0) return undefined;
  return Math.min(100, Math.floor((done / total) * 100));
}

/** From start to end, or until now while it runs; nothing before it has started. */
export function secondsOf(work: Work, now: Date): number | undefined {
  if (!work.started_at) return undefined;
  const end = work.finished_at ? new Date(work.finished_at) : now;
  return (end.getTime() - new Date(work.started_at).getTime()) / 1000;
}
