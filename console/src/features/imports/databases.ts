/** What the pages of databases ask the server, and what their wizard holds between its steps. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';
import type { Draft } from './draft';

type Schemas = components['schemas'];
export type Pull = Schemas['PullOut'];
export type PullRun = Schemas['PullRunOut'];
export type PullTried = Schemas['PullTried'];
export type PullTrial = Schemas['PullTrial'];
export type EventMapping = Schemas['EventMapping'];

const PULLS = ['pulls'] as const;
const LIVE_MS = 1_500;
const CALM_MS = 10_000;
export const SECONDS_A_MINUTE = 60;

export const isRunning = (run: PullRun | null | undefined): boolean =>
  run?.state === 'reading' || run?.state === 'importing';

export const usePulls = () =>
  useQuery({
    queryKey: [...PULLS, 'list'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/pulls', { signal })),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ last_run }) => isRunning(last_run)) ? LIVE_MS : CALM_MS,
  });

export const usePullRuns = (pull_id: number) =>
  useQuery({
    queryKey: [...PULLS, 'runs', pull_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/pulls/{pull_id}/runs', { params: { path: { pull_id } }, signal })),
    staleTime: 0,
  });

export function usePullActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: PULLS });
    return answer;
  };
  const of = (pull_id: number) => ({ params: { path: { pull_id } } });
  return {
    look: (body: PullTrial) => dataOf(api.POST('/api/v1/pulls/try', { body })),
    add: (body: Schemas['PullIn']) => after(api.POST('/api/v1/pulls', { body })),
    change: (id: number, body: Schemas['PullChange']) =>
      after(api.PUT('/api/v1/pulls/{pull_id}', { ...of(id), body })),
    run: (id: number) => after(api.POST('/api/v1/pulls/{pull_id}/run', of(id))),
    pause: (id: number) => after(api.POST('/api/v1/pulls/{pull_id}/pause', of(id))),
    resume: (id: number) => after(api.POST('/api/v1/pulls/{pull_id}/resume', of(id))),
    remove: (id: number) => after(api.DELETE('/api/v1/pulls/{pull_id}', of(id))),
  };
}

export interface PullDraft {
  title: string;
  url: string;
  by: 'table' | 'query';
  table: string;
  query: string;
  cursor: string;
  becomes: 'import' | 'events';
  /** Of events; imports have theirs in the map. */
  source: string;
  eventMap: EventMapping;
  /** Minutes where the cursor is a time, else units of it. */
  lag: number;
  every: number | null;
  fromBeginning: boolean;
  tried?: PullTried;
  /** The map of an import, once rows were looked at. */
  file?: Draft;
}

export const EMPTY_EVENT_MAP: EventMapping = {
  event: '',
  event_column: '',
  key_columns: [],
  occurred_at: '',
  time_zone: 'Asia/Shanghai',
  authenticated: false,
  identities: [],
  properties: [],
};
const DEFAULT_EVERY = 15;
const DEFAULT_LAG = 5;

/** The wizard's beginning: empty, or a pull that is changed; its address stays where it is. */
export function pullDraftOf(pull: Pull | undefined): PullDraft {
  if (!pull)
    return {
      title: '', url: '', by: 'table', table: '', query: '', cursor: '', becomes: 'import', source: '',
      eventMap: EMPTY_EVENT_MAP, lag: DEFAULT_LAG, every: DEFAULT_EVERY, fromBeginning: false,
    }; // biome-ignore format: a table of defaults
  return {
    title: pull.title,
    url: '',
    by: pull.query ? 'query' : 'table',
    table: pull.table,
    query: pull.query,
    cursor: pull.cursor_column,
    becomes: pull.kind === 'events' ? 'events' : 'import',
    source: pull.source,
    eventMap: pull.event_map ?? EMPTY_EVENT_MAP,
    lag: pull.lag,
    every: pull.every_minutes,
    fromBeginning: false,
  };
}

export const rowsOf = (draft: PullDraft) => ({
  url: draft.url,
  table: draft.by === 'table' ? draft.table.trim() : '',
  query: draft.by === 'query' ? draft.query.trim() : '',
  cursor_column: draft.cursor,
});

export const cursorIsTime = (draft: PullDraft): boolean =>
  draft.tried?.columns.find(({ name }) => name === draft.cursor)?.kind !== 'number';

/** The columns that only grow, perhaps: times and numbers. */
export const cursorColumns = (tried: PullTried | undefined): string[] =>
  tried?.columns.filter(({ kind }) => kind === 'time' || kind === 'number').map(({ name }) => name) ?? [];

/** The best cursor there is: a time of change, else another time, else a number. */
export function likelyCursor(tried: PullTried): string {
  const times = tried.columns.filter(({ kind }) => kind === 'time').map(({ name }) => name);
  const numbers = tried.columns.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  const changed = times.find((name) => /updat|modif|chang|更新|修改|变更/i.test(name));
  return changed ?? times[0] ?? numbers.find((name) => /(^|_)id$|no$|编号/i.test(name)) ?? '';
}

/** What is sent to be kept. */
export function pullBodyOf(draft: PullDraft): Schemas['PullIn'] {
  const { file } = draft;
  const isEvents = draft.becomes === 'events';
  return {
    ...rowsOf(draft),
    title: draft.title.trim(),
    kind: isEvents || !file ? 'events' : file.kind,
    lag: cursorIsTime(draft) ? draft.lag * SECONDS_A_MINUTE : draft.lag,
    map_text: isEvents ? '' : (file?.mapText ?? ''),
    source: isEvents ? draft.source.trim() || draft.title.trim() : '',
    event_map: isEvents ? draft.eventMap : null,
    every_minutes: draft.every,
    enabled: true,
  };
}
