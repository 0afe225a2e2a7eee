/** Sources as people see them: what came, by which keys, and the last thing that was wrong. */
import type { components } from '@/client/schema';
import type { EventSource } from './queries';

type Key = components['schemas']['Key'];

export interface SourceLine extends EventSource {
  keys: Key[];
  problem:
    | { kind: 'rejected' | 'refused'; at: string; event: string; code: string; text: string }
    | undefined;
}

const SENDS = 'events.write';

function problemOf(source: EventSource): SourceLine['problem'] {
  const { last_rejected_at: rejected, last_refused_at: refused } = source;
  if (refused && (!rejected || Date.parse(refused) >= Date.parse(rejected)))
    return { kind: 'refused', at: refused, event: '', code: source.last_refused_code, text: '' };
  if (!rejected) return undefined;
  return {
    kind: 'rejected',
    at: rejected,
    event: source.last_rejected_event,
    code: source.last_rejected_reason,
    text: source.last_rejected_text,
  };
}

const nothingYet = (source: string): EventSource => ({
  source,
  events_today: 0,
  events: 0,
  rejected: 0,
  refused: 0,
  last_received_at: null,
  last_rejected_at: null,
  last_rejected_event: '',
  last_rejected_reason: '',
  last_rejected_text: '',
  last_refused_at: null,
  last_refused_code: '',
});

/** What sent something, then keys in force that have not sent anything yet. */
export function sourceLines(sources: EventSource[], keys: Key[]): SourceLine[] {
  const live = keys.filter((key) => !key.revoked_at && key.scopes.includes(SENDS));
  const known = new Set(sources.map(({ source }) => source));
  const silent = [...new Set(live.map(({ source }) => source))].filter((source) => !known.has(source));
  return [...sources, ...silent.map(nothingYet)].map((source) => ({
    ...source,
    keys: live.filter((key) => key.source === source.source),
    problem: problemOf(source),
  }));
}
