/** What the pages ask of who is one person, and what they change. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { ApiProblem } from '@/client/problem';
import type { components } from '@/client/schema';

type Schemas = components['schemas'];
export type IdentityGraph = Schemas['IdentityGraphOut'];
export type IdentityNode = Schemas['LinkNodeOut'];
export type IdentityLink = Schemas['LinkOut'];
export type MergePreview = Schemas['MergePreviewOut'];
export type Review = Schemas['ReviewOut'];
export type ReviewState = Schemas['ReviewState'];

/** Somebody who may be meant by what was searched for. */
export interface Candidate {
  customer_id: number;
  name: string;
  phone: string;
}

const CANDIDATES_MAX = 6;
const REVIEWS_PAGE = 20;

const keys = {
  graph: (customerId: number) => ['customers', 'identities', customerId] as const,
  merge: (customerId: number, otherId: number) => ['customers', 'merge', customerId, otherId] as const,
  retraction: (edgeId: number) => ['customers', 'retraction', edgeId] as const,
  candidates: (customerId: number, text: string) => ['customers', 'candidates', customerId, text] as const,
  reviews: (state: ReviewState) => ['customers', 'reviews', state] as const,
};

const at = (customer_id: number) => ({ path: { customer_id } });

export const useIdentities = (customerId: number) =>
  useQuery({
    queryKey: keys.graph(customerId),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/customers/{customer_id}/identities', { params: at(customerId), signal })),
  });

/** A preview is never taken from memory: between two looks somebody else may have merged or parted them. */
const FRESH = { staleTime: 0, gcTime: 0 } as const;

export const useMergePreview = (customerId: number, otherId: number | undefined) =>
  useQuery({
    queryKey: keys.merge(customerId, otherId ?? 0),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/customers/{customer_id}/merge', {
          params: { ...at(customerId), query: { other_customer_id: otherId ?? 0 } },
          signal,
        }),
      ),
    enabled: otherId !== undefined,
    ...FRESH,
  });

export const useRetractionPreview = (edgeId: number) =>
  useQuery({
    queryKey: keys.retraction(edgeId),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/identity-links/{edge_id}/retraction', {
          params: { path: { edge_id: edgeId } },
          signal,
        }),
      ),
    ...FRESH,
  });

async function candidatesOf(text: string, signal: AbortSignal): Promise<Candidate[]> {
  const body = { q: text, limit: CANDIDATES_MAX } as Schemas['CustomerSearch'];
  const { items } = await dataOf(api.POST('/api/v1/customers/search', { body, signal }));
  if (items.length > 0 || !/^\d{1,15}$/.test(text)) return items;
  // Who was added since the last computation is not in the list yet, but has a page.
  const call = api.GET('/api/v1/customers/{customer_id}', { params: at(Number(text)), signal });
  return await dataOf(call).then(
    ({ profile }) => [profile],
    (error: unknown) => {
      if (error instanceof ApiProblem && error.status === 404) return [];
      throw error;
    },
  );
}

/** Who is meant, without the customer themselves; nobody is searched for before there is a text. */
export const useCandidates = (customerId: number, text: string) =>
  useQuery({
    queryKey: keys.candidates(customerId, text),
    queryFn: ({ signal }) => candidatesOf(text, signal),
    select: (found) => found.filter(({ customer_id }) => customer_id !== customerId),
    enabled: text !== '',
    ...FRESH,
  });

export const useReviews = (state: ReviewState) =>
  useInfiniteQuery({
    queryKey: keys.reviews(state),
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/identity-reviews', {
          params: { query: { state, after: pageParam, limit: REVIEWS_PAGE } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

/** Who is one person touches every list and page of customers, so all of them are asked again. */
export function useIdentityActions() {
  const client = useQueryClient();
  const then = async <T>(call: Promise<T>): Promise<T> => {
    const done = await call;
    void client.invalidateQueries({ queryKey: ['customers'] });
    return done;
  };
  const review = (review_id: number, note: string) => ({ params: { path: { review_id } }, body: { note } });
  return {
    merge: (customerId: number, other_customer_id: number, reason: string) =>
      then(
        dataOf(
          api.POST('/api/v1/customers/{customer_id}/merge', {
            params: at(customerId),
            body: { other_customer_id, reason },
          }),
        ),
      ),
    retract: (edge_id: number, reason: string) =>
      then(
        dataOf(
          api.POST('/api/v1/identity-links/{edge_id}/retraction', {
            params: { path: { edge_id } },
            body: { reason },
          }),
        ),
      ),
    accept: (reviewId: number, note: string) =>
      then(dataOf(api.POST('/api/v1/identity-reviews/{review_id}/accept', review(reviewId, note)))),
    dismiss: (reviewId: number, note: string) =>
      then(dataOf(api.POST('/api/v1/identity-reviews/{review_id}/dismiss', review(reviewId, note)))),
  };
}
