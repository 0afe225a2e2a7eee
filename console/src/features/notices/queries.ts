/** What the bell and its page ask the server; how much is unread is asked every half minute. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

export type Notice = components['schemas']['NoticeItem'];

export const NOTICES_LIMIT = 20;
const LATEST = 8;
const ASK_AGAIN_MS = 30_000;
const NOTICES = ['notices'] as const;

export const useUnread = () =>
  useQuery({
    queryKey: [...NOTICES, 'unread'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/me/notices/unread', { signal })),
    refetchInterval: ASK_AGAIN_MS,
  });

/** The newest ones, asked for when the bell is opened and again when more have come. */
export const useLatest = (open: boolean, unread: number) =>
  useQuery({
    queryKey: [...NOTICES, 'latest', unread],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/me/notices', { params: { query: { limit: LATEST } }, signal })),
    placeholderData: keepPreviousData,
    enabled: open,
  });

export function useNotices(unread: boolean, cursor: string | undefined) {
  const query = { unread, limit: NOTICES_LIMIT, ...(cursor ? { before_id: Number(cursor) } : {}) };
  return useQuery({
    queryKey: [...NOTICES, query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/me/notices', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Marks these as read; without numbers, everything. */
export function useRead() {
  const client = useQueryClient();
  return async (notice_ids?: number[]) => {
    await dataOf(api.POST('/api/v1/me/notices/read', { body: notice_ids ? { notice_ids } : {} }));
    await client.invalidateQueries({ queryKey: NOTICES });
  };
}
