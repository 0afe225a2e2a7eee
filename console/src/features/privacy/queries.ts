/** What the privacy desk asks the server; while a request runs it asks every second. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { download } from '@/client/download';
import type { Language } from '@/client/language';
import type { components } from '@/client/schema';
import { isOpen } from './standing';

export type PrivacyRequest = components['schemas']['RequestOut'];
export type KeptKind = components['schemas']['KeptKindOut'];
export type Retention = components['schemas']['RetentionOut'];
export type KeyStatus = components['schemas']['KeyStatusOut'];

const PRIVACY = ['privacy'] as const;
const LIMIT = 50;

export function useRequests(before_id: number | undefined) {
  const query = { limit: LIMIT, ...(before_id ? { before_id } : {}) };
  return useQuery({
    queryKey: [...PRIVACY, 'requests', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/privacy/requests', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? 1_000 : 20_000),
  });
}

export function useRequest(request_id: number) {
  return useQuery({
    queryKey: [...PRIVACY, 'request', request_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/privacy/requests/{request_id}', { params: { path: { request_id } }, signal })),
    enabled: request_id > 0,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? 1_000 : false),
  });
}

export function useProof(request_id: number, enabled: boolean) {
  return useQuery({
    queryKey: [...PRIVACY, 'proof', request_id],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/privacy/requests/{request_id}/proof', { params: { path: { request_id } }, signal }),
      ),
    enabled,
  });
}

export function useRetention() {
  return useQuery({
    queryKey: [...PRIVACY, 'retention'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/privacy/retention', { signal })),
  });
}

export function useKeys() {
  return useQuery({
    queryKey: [...PRIVACY, 'keys'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/privacy/keys', { signal })),
  });
}

export function usePrivacyActions() {
  const client = useQueryClient();
  const changed = async <T>(call: Promise<T>): Promise<T> => {
    const done = await call;
    await client.invalidateQueries({ queryKey: PRIVACY });
    return done;
  };
  const path = (request_id: number) => ({ params: { path: { request_id } } });
  return {
    ask: (body: components['schemas']['RequestIn']) =>
      changed(dataOf(api.POST('/api/v1/privacy/requests', { body }))),
    approve: (request_id: number) =>
      changed(dataOf(api.POST('/api/v1/privacy/requests/{request_id}/approve', path(request_id)))),
    refuse: (request_id: number, note: string) =>
      changed(
        dataOf(
          api.POST('/api/v1/privacy/requests/{request_id}/refuse', { ...path(request_id), body: { note } }),
        ),
      ),
    resume: (request_id: number) =>
      changed(dataOf(api.POST('/api/v1/privacy/requests/{request_id}/resume', path(request_id)))),
    keep: (kind: string, days: number) =>
      changed(api.PUT('/api/v1/privacy/retention/{kind}', { params: { path: { kind } }, body: { days } })),
  };
}

export const downloadProof = (request_id: number, language: Language) =>
  download(
    `/api/v1/privacy/requests/${request_id}/proof.html?language=${language === 'en' ? 'en' : 'zh'}`,
    `erasure-${request_id}.html`,
  );

export const downloadEverything = (request_id: number) =>
  download(`/api/v1/privacy/requests/${request_id}/file`, `customer-${request_id}.zip`);
