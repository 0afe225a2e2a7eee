/** What the customers' pages ask the server, and what they change. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { download } from '@/client/download';
import type { components } from '@/client/schema';
import type { Trait } from '@/ui/trait-value';

type Schemas = components['schemas'];
export type CustomerRow = Schemas['CustomerRow'];
export type Customer = Schemas['CustomerOut'];
export type Profile = Schemas['ProfileOut'];
export type Insight = Schemas['CustomerInsight'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Message = Schemas['MessageLine'];
export type Segment = Schemas['SegmentOut'];
export type Explained = Schemas['ExplainedOut'];
export type NewConsent = Schemas['ConsentIn'];
export type ListQuestion = Partial<Schemas['CustomerSearch']>;

export const TIMELINE_PAGES = { first: 50, further: 200 };
export const TIMELINE_KINDS = ['all', 'purchases', 'events'] as const;
export type TimelineKinds = (typeof TIMELINE_KINDS)[number];
const MESSAGES_MAX = 50;
const STORES_MAX = 200;
const NO_STORES: Schemas['StoreOut'][] = [];

const keys = {
  list: (question: ListQuestion) => ['customers', 'list', question] as const,
  one: (customerId: number) => ['customers', 'one', customerId] as const,
  insight: (customerId: number) => ['customers', 'insight', customerId] as const,
  timeline: (customerId: number, kinds: TimelineKinds) =>
    ['customers', 'timeline', customerId, kinds] as const,
  lines: (customerId: number, orderKey: string) => ['customers', 'lines', customerId, orderKey] as const,
  messages: (customerId: number) => ['customers', 'messages', customerId] as const,
  explain: (segmentId: number, customerId: number) =>
    ['customers', 'explain', segmentId, customerId] as const,
  segments: ['customers', 'segments'] as const,
  consentTexts: ['customers', 'consent-texts'] as const,
  stores: ['customers', 'stores'] as const,
  traits: ['customers', 'traits'] as const,
};

const at = (customer_id: number) => ({ path: { customer_id } });

export const useCustomers = (question: ListQuestion) =>
  useQuery({
    queryKey: keys.list(question),
    queryFn: ({ signal }) =>
      dataOf(api.POST('/api/v1/customers/search', { body: question as Schemas['CustomerSearch'], signal })),
    placeholderData: keepPreviousData,
  });

/** The file is masked unless a reason is given. */
export function exportCustomers(question: ListQuestion, reason: string): Promise<void> {
  const { cursor: _cursor, limit: _limit, ...asked } = question;
  return download('/api/v1/customers/export', 'customers.csv', { ...asked, reason });
}

export const useCustomer = (customerId: number) =>
  useQuery({
    queryKey: keys.one(customerId),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/customers/{customer_id}', { params: at(customerId), signal })),
  });

/** Asked of who is known to stand: one who was merged into another has no traits of their own. */
export const useInsight = (customerId: number, enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: keys.insight(customerId),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/insight/customers/{customer_id}', { params: at(customerId), signal })),
  });

export const useTimeline = (customerId: number, kinds: TimelineKinds) =>
  useInfiniteQuery({
    queryKey: keys.timeline(customerId, kinds),
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/customers/{customer_id}/timeline', {
          params: {
            ...at(customerId),
            query: pageParam
              ? { kinds, limit: TIMELINE_PAGES.further, cursor: pageParam }
              : { kinds, limit: TIMELINE_PAGES.first },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const useOrderLines = (customerId: number, entry: TimelineEntry, enabled: boolean) =>
  useQuery({
    queryKey: keys.lines(customerId, `${entry.source}/${entry.key}`),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/orders/{order_key}/lines', {
          params: {
            path: { order_key: entry.key },
            query: { customer_id: customerId, source: entry.source },
          },
          signal,
        }),
      ),
    enabled,
  });

export const useMessages = (customerId: number) =>
  useQuery({
    queryKey: keys.messages(customerId),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/messages', {
          params: { query: { customer_id: customerId, limit: MESSAGES_MAX } },
          signal,
        }),
      ),
  });

export const useSegments = (enabled = true) =>
  useQuery({
    queryKey: keys.segments,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments', { signal })),
    enabled,
  });

export const useExplanation = (segmentId: number, customerId: number) =>
  useQuery({
    queryKey: keys.explain(segmentId, customerId),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/segments/{segment_id}/explain/{customer_id}', {
          params: { path: { segment_id: segmentId, customer_id: customerId } },
          signal,
        }),
      ),
  });

/** The brand's stores; of more than a page of them, the first. */
export function useStores() {
  const { data } = useQuery({
    queryKey: keys.stores,
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/stores', { params: { query: { limit: STORES_MAX } }, signal })),
    staleTime: 300_000,
  });
  return data?.items ?? NO_STORES;
}

/** The names of stores by key; a brand with more than a page of them shows the keys of the rest. */
export function useStoreName(): (storeKey: string | null) => string {
  const stores = useStores();
  return (storeKey) => stores.find((store) => store.store_key === storeKey)?.name ?? storeKey ?? '';
}

export const useConsentTexts = () =>
  useQuery({
    queryKey: keys.consentTexts,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/consent-texts', { signal })),
  });

/** A ZIP with everything the customer said of consent, in clear. */
export const proveConsent = (customerId: number, reason: string): Promise<void> =>
  download(`/api/v1/customers/${customerId}/consent-proof`, 'consent-proof.zip', { reason });

/** The catalogue of traits, in the order in which people read them. */
export const useTraits = (enabled = true) =>
  useQuery({
    queryKey: keys.traits,
    queryFn: async ({ signal }): Promise<Trait[]> =>
      (await dataOf(api.GET('/api/v1/traits', { signal }))) as Trait[],
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });

export function useCustomerActions(customerId: number) {
  const client = useQueryClient();
  return {
    reveal: (reason: string) =>
      dataOf(
        api.POST('/api/v1/customers/{customer_id}/reveal', { params: at(customerId), body: { reason } }),
      ),
    say: async (said: NewConsent) => {
      await dataOf(
        api.POST('/api/v1/customers/{customer_id}/consents', { params: at(customerId), body: said }),
      );
      await client.invalidateQueries({ queryKey: keys.one(customerId) });
    },
    optOut: async (reason: string) => {
      await dataOf(
        api.POST('/api/v1/customers/{customer_id}/opt-out', {
          params: at(customerId),
          body: { channel: 'sms', reason },
        }),
      );
      await client.invalidateQueries({ queryKey: keys.one(customerId) });
    },
  };
}
