/** Where a request stands, and how near the day is by which it must be answered. */
import type { Tone } from '@/ui/tags';

const OPEN = ['awaiting_approval', 'queued', 'running'];
const DAY_MS = 86_400_000;
const SOON_DAYS = 3;

export const isOpen = ({ state }: { state: string }): boolean => OPEN.includes(state);

export const toneOf = (state: string): Tone =>
  (({ done: 'good', failed: 'bad', refused: 'neutral', awaiting_approval: 'warning' }) as const)[
    state as 'done'
  ] ?? 'running';

/** Whole days until the due day, negative when it is over; nothing for what has ended. */
export function daysLeft(request: { state: string; due_on: string }, today: Date): number | undefined {
  if (!isOpen(request) && request.state !== 'failed') return undefined;
  const start = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
  return Math.round((Date.parse(`${request.due_on}T00:00:00Z`) - start) / DAY_MS);
}

export const dueTone = (days: number | undefined): Tone =>
  days === undefined ? 'neutral' : days < 0 ? 'bad' : days <= SOON_DAYS ? 'warning' : 'neutral';

/** The file of an export is kept for a day. */
export const fileIsThere = (
  request: { kind: string; finished_at: string | null; state: string },
  now: Date,
) =>
  request.kind === 'export' &&
  request.state === 'done' &&
  request.finished_at !== null &&
  now.getTime() - Date.parse(request.finished_at) < DAY_MS;
