/** What the segments' pages ask the server, and what they change. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { download } from '@/client/download';
import { ApiProblem } from '@/client/problem';
import type { components } from '@/client/schema';
import type { Trait } from '@/ui/trait-value';
import type { Definition } from './definition';

type Schemas = components['schemas'];
export type Segment = Schemas['SegmentOut'];
export type Preview = Schemas['SegmentPreview'];
export type Operator = Schemas['Operator'];
export type Fact = Schemas['FactOut'];
export type Property = Schemas['PropertyOut'];

const SAMPLE = 20;
const CAMPAIGNS_MAX = 200;

const keys = {
  all: ['segments'] as const,
  list: (archived: boolean) => ['segments', 'list', archived] as const,
  one: (segmentId: number) => ['segments', 'one', segmentId] as const,
  sizes: ['segments', 'sizes'] as const,
  uses: ['segments', 'uses'] as const,
  traits: ['segments', 'traits'] as const,
  operators: ['segments', 'operators'] as const,
  facts: ['segments', 'facts'] as const,
  values: (fact: string, property: string) => ['segments', 'values', fact, property] as const,
  templates: ['segments', 'templates'] as const,
  preview: (definition: string, asOf: string, segmentId: number | undefined) =>
    ['segments', 'preview', definition, asOf, segmentId] as const,
  users: (segmentId: number) => ['segments', 'users', segmentId] as const,
  reach: (definition: string, asOf: string) => ['segments', 'reach', definition, asOf] as const,
};

export const useSegments = (archived: boolean) =>
  useQuery({
    queryKey: keys.list(archived),
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments', { params: { query: { archived } }, signal })),
    placeholderData: keepPreviousData,
  });

export const useSegment = (segmentId: number | undefined) =>
  useQuery({
    queryKey: keys.one(segmentId ?? 0),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/segments/{segment_id}', {
          params: { path: { segment_id: segmentId ?? 0 } },
          signal,
        }),
      ),
    enabled: segmentId !== undefined,
  });

/** The segments whose definitions name this one. */
export const useUsers = (segmentId: number | undefined) =>
  useQuery({
    queryKey: keys.users(segmentId ?? 0),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/segments/{segment_id}/users', {
          params: { path: { segment_id: segmentId ?? 0 } },
          signal,
        }),
      ),
    enabled: segmentId !== undefined,
  });

/** Sizes of all segments, counted in one pass by the server. */
export const useSizes = () =>
  useQuery({
    queryKey: keys.sizes,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments/sizes', { signal })),
  });

/** How many of the newest campaigns were made for each segment. */
export function useUses(enabled: boolean) {
  return useQuery({
    queryKey: keys.uses,
    queryFn: async ({ signal }) => {
      const page = await dataOf(
        api.GET('/api/v1/campaigns', { params: { query: { limit: CAMPAIGNS_MAX } }, signal }),
      );
      const uses = new Map<number, number>();
      for (const { segment_id } of page.items)
        if (segment_id !== null) uses.set(segment_id, (uses.get(segment_id) ?? 0) + 1);
      return uses;
    },
    enabled,
  });
}

export const useTraits = () =>
  useQuery({
    queryKey: keys.traits,
    queryFn: async ({ signal }): Promise<Trait[]> =>
      (await dataOf(api.GET('/api/v1/traits', { signal }))) as Trait[],
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Which operators each type of trait takes. */
export const useOperators = () =>
  useQuery({
    queryKey: keys.operators,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments/operators', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The events that conditions may ask about. */
export const useFacts = () =>
  useQuery({
    queryKey: keys.facts,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/traits/facts', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The commonest values of a text property, to choose from. */
export const useFactValues = (fact: string, property: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.values(fact, property),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/traits/facts/{fact_name}/values', {
          params: { path: { fact_name: fact }, query: { property } },
          signal,
        }),
      ),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** Definitions to begin with. */
export const useTemplates = () =>
  useQuery({
    queryKey: keys.templates,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments/templates', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

const body = (definition: Definition | undefined, asOf: string) => ({
  definition: (definition ?? {}) as Record<string, unknown>,
  ...(asOf ? { as_of: asOf } : {}),
});
const again = (failures: number, error: Error): boolean =>
  failures < 2 && !(error instanceof ApiProblem && error.status < 500);

/** What the definition finds; `segmentId`: of the segment whose definition it may become. */
export const usePreview = (definition: Definition | undefined, asOf: string, segmentId: number | undefined) =>
  useQuery({
    queryKey: keys.preview(JSON.stringify(definition), asOf, segmentId),
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/segments/preview', {
          body: {
            ...body(definition, asOf),
            sample: SAMPLE,
            ...(segmentId === undefined ? {} : { segment_id: segmentId }),
          },
          signal,
        }),
      ),
    enabled: definition !== undefined,
    placeholderData: keepPreviousData,
    retry: again,
  });

export const useReach = (definition: Definition | undefined, asOf: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.reach(JSON.stringify(definition), asOf),
    queryFn: ({ signal }) =>
      dataOf(api.POST('/api/v1/segments/reach', { body: body(definition, asOf), signal })),
    enabled: enabled && definition !== undefined,
    retry: again,
  });

const EXPORT_LOOK_MS = 1_000;

/** A task writes the file, whatever its size; the browser saves it when it is done. False: the task did not end well. */
export async function exportSegment(
  segmentId: number,
  tell: (done: number, total: number) => void,
): Promise<boolean> {
  const { task_id } = await dataOf(
    api.POST('/api/v1/segments/{segment_id}/exports', { params: { path: { segment_id: segmentId } } }),
  );
  for (;;) {
    const task = await dataOf(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id } } }));
    if (task.state === 'done') break;
    if (task.state === 'failed' || task.state === 'cancelled') return false;
    tell(task.done, task.total);
    await new Promise((go) => setTimeout(go, EXPORT_LOOK_MS));
  }
  await download(`/api/v1/segments/exports/${task_id}`, `segment-${segmentId}.csv`);
  return true;
}

export interface SegmentValues {
  name: string;
  description: string;
}

export function useSegmentActions() {
  const client = useQueryClient();
  const done = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.all }),
      client.invalidateQueries({ queryKey: ['customers', 'segments'] }),
    ]);
    return answer;
  };
  return {
    create: (values: SegmentValues, definition: Definition) =>
      done(api.POST('/api/v1/segments', { body: { ...values, definition } })),
    edit: (segment: Segment, values: SegmentValues, definition: Definition) =>
      done(
        api.PATCH('/api/v1/segments/{segment_id}', {
          params: { path: { segment_id: segment.segment_id } },
          body: { version: segment.version, ...values, definition },
        }),
      ),
    archive: (segmentId: number) =>
      done(api.DELETE('/api/v1/segments/{segment_id}', { params: { path: { segment_id: segmentId } } })),
  };
}
