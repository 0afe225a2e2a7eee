/** What the pages of events ask the server, and what they change. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

type Schemas = components['schemas'];
export type EventName = Schemas['EventNameOut'];
export type EventDetail = Schemas['EventNameDetail'];
export type EventDefinition = Schemas['EventDefinitionIn'];
export type EventProperty = Schemas['EventProperty'];
export type Reject = Schemas['EventRejectLine'];
export type RejectWhole = Schemas['EventRejectOut'];
export type RejectGroup = Schemas['RejectGroupOut'];
export type RejectChanges = Schemas['EventMending'];
export type MendingStep = Schemas['MendingStep'];
export type MendingRule = Schemas['MendingRule'];
export type Foreseen = Schemas['MendingForeseen'];
export type RecentEvent = Schemas['RecentEventOut'];
export type EventSource = Schemas['EventSourceOut'];
export type Policy = Schemas['EventPolicyIn']['unknown_events'];

export type PageKey = Schemas['PageKeyOut'];
export type Webhook = Schemas['WebhookOut'];
export type WebhookChanges = Schemas['WebhookIn'];
export type WebhookMapping = Schemas['WebhookMapping'];
export type WebhookBody = Schemas['WebhookBodyLine'];
export type Tried = Schemas['WebhookTried'];

export const OUTCOMES = ['taken', 'rejected', 'repeated'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const REJECT_STATES = ['waiting', 'replayed', 'dropped'] as const;
export type RejectState = (typeof REJECT_STATES)[number];

export const REJECTS_LIMIT = 50;
const LIVE_MS = 2_000;
const REPLAY_MS = 5_000;
const CALM_MS = 15_000;

const keys = {
  all: ['events'],
  catalogue: ['events', 'catalogue'],
  rejects: ['events', 'rejects'],
  live: ['events', 'live'],
  sources: ['events', 'sources'],
  pageKeys: ['events', 'page-keys'],
  webhooks: ['events', 'webhooks'],
  keys: ['organisation', 'api-keys'],
} as const;

export const useCatalogue = () =>
  useQuery({
    queryKey: keys.catalogue,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/events/catalogue', { signal })),
    refetchInterval: CALM_MS,
  });

export const useEventDetail = (name: string) =>
  useQuery({
    queryKey: [...keys.catalogue, name],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/events/catalogue/{name}', { params: { path: { name } }, signal })),
  });

/** Every change of the catalogue, after which it is read again. */
export function useCatalogueActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: keys.catalogue });
    return answer;
  };
  const one = (name: string) => ({ params: { path: { name } } });
  return {
    define: (name: string, body: EventDefinition) =>
      after(api.PUT('/api/v1/events/catalogue/{name}', { ...one(name), body })),
    retire: (name: string) => after(api.POST('/api/v1/events/catalogue/{name}/retire', one(name))),
    restore: (name: string) => after(api.POST('/api/v1/events/catalogue/{name}/restore', one(name))),
    setPolicy: (unknown_events: Policy) =>
      after(api.PUT('/api/v1/events/policy', { body: { unknown_events } })),
  };
}

export interface RejectsAsked {
  state: RejectState;
  event?: string | undefined;
  reason?: string | undefined;
  field?: string | undefined;
  source?: string | undefined;
}

const said = (asked: object): Record<string, string> =>
  Object.fromEntries(Object.entries(asked).filter((each): each is [string, string] => Boolean(each[1])));

export const useRejectGroups = () =>
  useQuery({
    queryKey: [...keys.rejects, 'groups'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/events/rejects/groups', { signal })),
    refetchInterval: REPLAY_MS,
  });

export function useRejects(asked: RejectsAsked, cursor: string | undefined) {
  const query = { limit: REJECTS_LIMIT, ...said(asked), ...(cursor ? { cursor } : {}) };
  return useQuery({
    queryKey: [...keys.rejects, query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/events/rejects', { params: { query }, signal })),
    refetchInterval: REPLAY_MS,
    placeholderData: keepPreviousData,
  });
}

export const useReject = (rejectId: number | undefined) =>
  useQuery({
    queryKey: [...keys.rejects, rejectId],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/events/rejects/{event_reject_id}', {
          params: { path: { event_reject_id: rejectId ?? 0 } },
          signal,
        }),
      ),
    enabled: rejectId !== undefined,
  });

export const useForeseen = (rule: MendingRule | undefined) =>
  useQuery({
    queryKey: [...keys.rejects, 'foreseen', rule],
    queryFn: ({ signal }) =>
      dataOf(api.POST('/api/v1/events/rejects/foresee', { body: rule ?? { steps: [] }, signal })),
    enabled: rule !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });

/** What people do about rejects, after which they are read again. */
export function useRejectActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: keys.rejects });
    return answer;
  };
  return {
    mend: (event_reject_id: number, body: RejectChanges) =>
      after(
        api.PATCH('/api/v1/events/rejects/{event_reject_id}', {
          params: { path: { event_reject_id } },
          body,
        }),
      ),
    replay: (event_reject_ids: number[]) =>
      after(api.POST('/api/v1/events/rejects/replay', { body: { event_reject_ids, because: '' } })),
    replayAll: (body: MendingRule) => after(api.POST('/api/v1/events/rejects/replay-all', { body })),
    drop: (body: Schemas['RejectChoice']) => after(api.POST('/api/v1/events/rejects/drop', { body })),
  };
}

export interface LiveAsked {
  source?: string | undefined;
  event?: string | undefined;
  outcome?: Outcome | undefined;
}

/** The last events; asked every two seconds while the page is looked at and not paused. */
export function useRecentEvents({ source, event, outcome }: LiveAsked, live: boolean) {
  const query = {
    ...(source ? { source } : {}),
    ...(event ? { event } : {}),
    ...(outcome ? { outcome } : {}),
  };
  return useQuery({
    queryKey: [...keys.live, query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/events/live', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: live ? LIVE_MS : false,
  });
}

export const useSources = () =>
  useQuery({
    queryKey: keys.sources,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/events/sources', { signal })),
    refetchInterval: CALM_MS,
  });

/** Keys of programs, for whoever may see them. */
export const useSendingKeys = (enabled: boolean) =>
  useQuery({
    queryKey: keys.keys,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/api-keys', { signal })),
    enabled,
  });

/** A key that may send events and nothing else; its secret is shown once. */
export function useCreateSendingKey() {
  const client = useQueryClient();
  return async (source: string) => {
    const answer = await dataOf(api.POST('/api/v1/api-keys', { body: { source, scopes: ['events.write'] } }));
    await client.invalidateQueries({ queryKey: keys.keys });
    return answer;
  };
}

export const usePageKeys = () =>
  useQuery({
    queryKey: keys.pageKeys,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/events/page-keys', { signal })),
  });

export function usePageKeyActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: keys.pageKeys });
    return answer;
  };
  const one = (page_key_id: number) => ({ params: { path: { page_key_id } } });
  return {
    add: (source: string, origins: string[]) =>
      after(api.POST('/api/v1/events/page-keys', { body: { source, origins } })),
    setOrigins: (id: number, origins: string[]) =>
      after(api.PUT('/api/v1/events/page-keys/{page_key_id}/origins', { ...one(id), body: { origins } })),
    revoke: (id: number) => after(api.DELETE('/api/v1/events/page-keys/{page_key_id}', one(id))),
  };
}

export const useWebhooks = () =>
  useQuery({
    queryKey: keys.webhooks,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/events/webhooks', { signal })),
    refetchInterval: CALM_MS,
  });

export const useWebhookBodies = (webhook_id: number) =>
  useQuery({
    queryKey: [...keys.webhooks, webhook_id, 'bodies'],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/events/webhooks/{webhook_id}/bodies', { params: { path: { webhook_id } }, signal }),
      ),
    refetchInterval: CALM_MS,
  });

export function useWebhookActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: keys.webhooks });
    return answer;
  };
  const one = (webhook_id: number) => ({ params: { path: { webhook_id } } });
  return {
    add: (body: WebhookChanges) => after(api.POST('/api/v1/events/webhooks', { body })),
    change: (id: number, body: WebhookChanges) =>
      after(api.PUT('/api/v1/events/webhooks/{webhook_id}', { ...one(id), body })),
    mapAgain: (id: number, body_ids: number[]) =>
      after(api.POST('/api/v1/events/webhooks/{webhook_id}/replay', { ...one(id), body: { body_ids } })),
    readBody: (body_id: number) =>
      dataOf(api.GET('/api/v1/events/webhooks/bodies/{body_id}', { params: { path: { body_id } } })),
  };
}

/** What a mapping makes of a sample; asked again whenever either changes. */
export const useTried = (mapping: WebhookMapping | undefined, body: string) =>
  useQuery({
    queryKey: [...keys.webhooks, 'tried', mapping, body],
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/events/webhooks/try', {
          body: { mapping: mapping ?? EMPTY_MAPPING, body },
          signal,
        }),
      ),
    enabled: mapping !== undefined && body.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });

export const EMPTY_MAPPING: WebhookMapping = {
  items: '',
  event: '',
  event_id: '',
  occurred_at: '',
  time_zone: 'Asia/Shanghai',
  authenticated: false,
  identities: [],
  properties: [],
};
