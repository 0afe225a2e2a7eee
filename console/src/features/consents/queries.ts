/** What the pages of consent ask the server, and what they change. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, send } from '@/client/client';
import type { components } from '@/client/schema';
import { isOpen } from '@/ui/progress/duration';

type Schemas = components['schemas'];
export type ConsentText = Schemas['ConsentTextOut'];
export type NewText = Schemas['ConsentTextIn'];
export type Chain = Schemas['ChainOut'];
export type Suppression = Schemas['SuppressionOut'];
export type Upload = Schemas['SuppressionUpload'];
export type Task = Schemas['Task'];
type Search = Schemas['SuppressionSearch'];

const PAGE = 50;
const LIVE_MS = 1_000;
const keys = {
  texts: ['consents', 'texts'] as const,
  chain: ['consents', 'chain'] as const,
  verification: (taskId: number | undefined) => ['consents', 'verification', taskId] as const,
  suppressions: ['consents', 'suppressions'] as const,
};

export const useTexts = () =>
  useQuery({
    queryKey: keys.texts,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/consent-texts', { signal })),
  });

export const useChain = () =>
  useQuery({
    queryKey: keys.chain,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/consent-chain', { signal })),
  });

/** The verification that was asked for here; looked at each second until it has ended. */
export const useVerification = (taskId: number | undefined) =>
  useQuery({
    queryKey: keys.verification(taskId),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id: taskId ?? 0 } }, signal })),
    enabled: taskId !== undefined,
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : LIVE_MS),
  });

export function useConsentActions() {
  const client = useQueryClient();
  return {
    verify: async () => {
      const { task_id } = await dataOf(api.POST('/api/v1/consent-chain/verifications'));
      await client.invalidateQueries({ queryKey: keys.chain });
      return task_id;
    },
    addText: async (text: NewText) => {
      await dataOf(api.POST('/api/v1/consent-texts', { body: text }));
      await client.invalidateQueries({ queryKey: keys.texts });
    },
  };
}

interface Asked {
  address: string;
  kind: Suppression['kind'] | undefined;
  lifted: boolean;
  cursor: string | undefined;
}

/** A number is looked for in a body, never in an address. */
export const useSuppressions = ({ address, kind, lifted, cursor }: Asked) =>
  useQuery({
    queryKey: [...keys.suppressions, address, kind, lifted, cursor],
    queryFn: async ({ signal }) => {
      const body: Search = {
        address,
        lifted,
        limit: PAGE,
        kind: kind ?? null,
        before: cursor ? Number(cursor) : null,
      };
      const page = await dataOf(api.POST('/api/v1/suppressions/search', { body, signal }));
      return { items: page.items, next_cursor: page.next_before ? String(page.next_before) : null };
    },
    placeholderData: keepPreviousData,
  });

export interface ListToSend {
  file: File;
  kind: string;
  channel: string;
  note: string;
}

export function useSuppressionActions() {
  const client = useQueryClient();
  const reload = () => client.invalidateQueries({ queryKey: keys.suppressions });
  return {
    /** Counts what the file would do; only without `dryRun` anything is added. */
    upload: async ({ file, kind, channel, note }: ListToSend, dryRun: boolean): Promise<Upload> => {
      const asked = new URLSearchParams({ kind, channel, note, dry_run: String(dryRun) });
      const response = await send(`/api/v1/suppressions/upload?${asked.toString()}`, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: file,
      });
      if (!dryRun) await reload();
      return (await response.json()) as Upload;
    },
    lift: async (suppression_id: number, reason: string) => {
      await dataOf(
        api.POST('/api/v1/suppressions/{suppression_id}/lift', {
          params: { path: { suppression_id } },
          body: { reason },
        }),
      );
      await reload();
    },
  };
}
