/** How a destination stands, as people should see it: paused by itself is loud, failures that wait are said. */
import type { Tone } from '@/ui/tags';
import type { Destination } from './queries';

type Standing = Pick<Destination, 'kind' | 'state' | 'failures' | 'not_before' | 'pause_reason'>;

/** A state, or `troubled`: active, and the last attempts failed; `ready`: a place that nothing goes to by itself. */
export type Shown = Destination['state'] | 'troubled' | 'ready';

export function shownState({ kind, state, failures }: Standing): Shown {
  if (kind !== 'webhook' && state === 'active') return 'ready';
  return state === 'active' && failures > 0 ? 'troubled' : state;
}

const TONE: Record<Shown, Tone> = {
  awaiting_approval: 'warning',
  active: 'good',
  troubled: 'warning',
  ready: 'good',
  paused: 'neutral',
  refused: 'neutral',
  removed: 'neutral',
};

export function toneOf(one: Standing): Tone {
  return pausedItself(one) ? 'bad' : TONE[shownState(one)];
}

/** Nobody paused it: what happens waits there until somebody looks. */
export function pausedItself({ state, pause_reason }: Standing): boolean {
  return state === 'paused' && pause_reason !== 'person';
}

export const OUTCOME_TONE: Record<string, Tone> = { delivered: 'good', too_many: 'warning' };

/** Where a destination is, in few words: a host, a folder, a bucket and what its keys begin with. */
export function placeOf({ kind, settings }: Pick<Destination, 'kind' | 'settings'>): string {
  const said = settings as Record<string, string | undefined>;
  if (kind === 'webhook') return hostOf(said.url ?? '');
  if (kind === 'folder') return said.folder ?? '';
  return ['s3:/', said.bucket, said.prefix].filter(Boolean).join('/');
}

/** The host of an address: what tells destinations apart at a glance. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
