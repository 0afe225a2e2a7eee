/** What the pages ask of fields, tags and namespaces, and what they change by hand. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

type Schemas = components['schemas'];
export type Card = Schemas['CustomerCardOut'];
export type FieldVersion = Schemas['FieldVersion'];
export type FieldDefinition = Schemas['FieldDefinition'];
export type FieldKind = FieldDefinition['kind'];
export type Tags = Schemas['TagsOut'];
export type TagInfo = Schemas['TagInfo'];
export type TagGroup = Schemas['TagGroupInfo'];
export type WornTag = Schemas['WornTag'];
export type TagRun = Schemas['TagRunInfo'];
export type NamespaceInfo = Schemas['NamespaceInfo'];
export type NamespacePolicy = Schemas['NamespacePolicy'];
export type NamespacePreview = Schemas['NamespacePreview'];
export type CustomerIn = Partial<Schemas['CustomerIn']>;
export type KnownBy = Schemas['TagRunIn']['known_by'];

const keys = {
  card: (customerId: number) => ['customers', 'card', customerId] as const,
  worn: (customerId: number) => ['customers', 'tags', customerId] as const,
  fields: ['customers', 'fields'] as const,
  tags: ['customers', 'all-tags'] as const,
  runs: ['customers', 'tag-runs'] as const,
  namespaces: ['customers', 'namespaces'] as const,
  limit: ['customers', 'identity-limit'] as const,
  reviewCount: ['customers', 'reviews', 'count'] as const,
};
const at = (customer_id: number) => ({ path: { customer_id } });
const RUNS_EVERY_MS = 4_000;
const REVIEWS_EVERY_MS = 120_000;

/** Every change touches lists, pages and the catalogue of traits, so all of them are asked again. */
function useAfter() {
  const client = useQueryClient();
  return async <T>(call: Promise<T>): Promise<T> => {
    const done = await call;
    void client.invalidateQueries({ queryKey: ['customers'] });
    void client.invalidateQueries({ queryKey: ['segments'] });
    return done;
  };
}

export const useCard = (customerId: number) =>
  useQuery({
    queryKey: keys.card(customerId),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/customers/{customer_id}/card', { params: at(customerId), signal })),
  });

export const useFields = () =>
  useQuery({
    queryKey: keys.fields,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/customer-fields', { signal })),
  });

export const useTags = () =>
  useQuery({
    queryKey: keys.tags,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tags', { signal })),
  });

export const useWornTags = (customerId: number) =>
  useQuery({
    queryKey: keys.worn(customerId),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/customers/{customer_id}/tags', { params: at(customerId), signal })),
  });

/** What runs is looked at again until it is done. */
export const useTagRuns = () =>
  useQuery({
    queryKey: keys.runs,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tag-runs', { signal })),
    refetchInterval: ({ state }) => (state.data?.some((run) => !run.finished_at) ? RUNS_EVERY_MS : false),
  });

export const useNamespaces = () =>
  useQuery({
    queryKey: keys.namespaces,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/identity-namespaces', { signal })),
  });

export const useIdentityLimit = () =>
  useQuery({
    queryKey: keys.limit,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/identity-namespaces/limit', { signal })),
  });

export const useLimitPreview = (identities_max: number | undefined) =>
  useQuery({
    queryKey: [...keys.limit, 'preview', identities_max],
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/identity-namespaces/limit/preview', {
          body: { identities_max: identities_max ?? 0 },
          signal,
        }),
      ),
    enabled: identities_max !== undefined,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export const useReviewCount = () =>
  useQuery({
    queryKey: keys.reviewCount,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/identity-reviews/count', { signal })),
    refetchInterval: REVIEWS_EVERY_MS,
  });

export const useNamespacePreview = (policy: NamespacePolicy | undefined) =>
  useQuery({
    queryKey: [...keys.namespaces, 'preview', policy],
    queryFn: ({ signal }) =>
      dataOf(api.POST('/api/v1/identity-namespaces/preview', { body: policy as NamespacePolicy, signal })),
    enabled: policy !== undefined,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export function useByHand() {
  const after = useAfter();
  return {
    create: (body: CustomerIn) =>
      after(dataOf(api.POST('/api/v1/customers', { body: body as Schemas['CustomerIn'] }))),
    edit: (customerId: number, revision: string, changes: CustomerIn) =>
      after(
        dataOf(
          api.PATCH('/api/v1/customers/{customer_id}', {
            params: at(customerId),
            body: { ...changes, revision } as Schemas['CustomerEdit'],
          }),
        ),
      ),
    addField: (body: FieldDefinition) => after(dataOf(api.POST('/api/v1/customer-fields', { body }))),
    changeField: (body: FieldDefinition) => after(dataOf(api.PUT('/api/v1/customer-fields', { body }))),
    putLimit: (identities_max: number) =>
      after(dataOf(api.PUT('/api/v1/identity-namespaces/limit', { body: { identities_max } }))),
    putNamespace: (body: NamespacePolicy) => after(dataOf(api.PUT('/api/v1/identity-namespaces', { body }))),
  };
}

export function useTagActions() {
  const after = useAfter();
  return {
    tag: (customerId: number, add: number[], remove: number[]) =>
      after(
        dataOf(
          api.POST('/api/v1/customers/{customer_id}/tags', { params: at(customerId), body: { add, remove } }),
        ),
      ),
    addGroup: (body: Schemas['TagGroupIn']) => after(dataOf(api.POST('/api/v1/tag-groups', { body }))),
    changeGroup: (tag_group_id: number, body: Schemas['TagGroupEdit']) =>
      after(
        dataOf(api.PATCH('/api/v1/tag-groups/{tag_group_id}', { params: { path: { tag_group_id } }, body })),
      ),
    addTag: (body: Schemas['TagIn']) => after(dataOf(api.POST('/api/v1/tags', { body }))),
    changeTag: (tag_id: number, body: Schemas['TagEdit']) =>
      after(dataOf(api.PATCH('/api/v1/tags/{tag_id}', { params: { path: { tag_id } }, body }))),
    tagList: (body: Schemas['TagRunIn']) => after(dataOf(api.POST('/api/v1/tag-runs', { body }))),
    tagSegment: (segment_id: number, tag_id: number, adds: boolean) =>
      after(
        dataOf(
          api.POST('/api/v1/segments/{segment_id}/tagging', {
            params: { path: { segment_id } },
            body: { tag_id, adds },
          }),
        ),
      ),
    undo: (tag_run_id: number) =>
      after(dataOf(api.POST('/api/v1/tag-runs/{tag_run_id}/undo', { params: { path: { tag_run_id } } }))),
  };
}
