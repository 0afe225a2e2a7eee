/** What the server says of stored members, and the tasks that store them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, send } from '@/client/client';
import { download } from '@/client/download';
import type { components } from '@/client/schema';

type Schemas = components['schemas'];
export type Edition = Schemas['EditionOut'];
export type ListUpload = Schemas['ListUploadOut'];
export type Mode = Schemas['EditionMode'];
type Task = Schemas['Task'];

/** What a list says, counted; of one that was stored also what it changed. */
export interface ListResult {
  listed: number;
  customers: number;
  twice: number;
  unknown: number;
  dry_run: boolean;
  segment_id: number | null;
  members?: number;
}

export interface ListChoice {
  upload_id?: string;
  column?: string;
  keys?: string[];
  known_by: string;
}

const LOOK_MS = 700;
const keys = {
  editions: (segmentId: number) => ['segments', 'editions', segmentId] as const,
  namespaces: ['segments', 'namespaces'] as const,
};

export const useEditions = (segmentId: number) =>
  useQuery({
    queryKey: keys.editions(segmentId),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/segments/{segment_id}/editions', {
          params: { path: { segment_id: segmentId } },
          signal,
        }),
      ),
  });

/** By what a list may name customers: the namespaces that are in use. */
export const useKnownBy = () =>
  useQuery({
    queryKey: keys.namespaces,
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/identity-namespaces', { signal })))
        .filter((one) => one.used)
        .map((one) => one.policy.namespace),
    staleTime: 60_000,
  });

export async function uploadList(file: File): Promise<ListUpload> {
  const body = new FormData();
  body.append('file', file);
  const response = await send('/api/v1/imports/lists', { method: 'POST', body });
  return (await response.json()) as ListUpload;
}

/** The lines that name nobody, masked. */
export const takeUnknown = (taskId: number) =>
  download(`/api/v1/segments/lists/${taskId}/unknown`, `list-${taskId}-unknown.csv`);

/** The task once it has ended, well or not. */
async function ended(taskId: number): Promise<Task> {
  for (;;) {
    const task = await dataOf(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id: taskId } } }));
    if (task.state !== 'queued' && task.state !== 'running') return task;
    await new Promise((go) => setTimeout(go, LOOK_MS));
  }
}

export function useMemberTasks() {
  const client = useQueryClient();
  const done = async (taskId: number) => {
    const task = await ended(taskId);
    await client.invalidateQueries({ queryKey: ['segments'] });
    return task;
  };
  return {
    create: async (values: ListChoice & { name: string; description: string; dry_run: boolean }) => {
      const body = { column: '', ...values };
      return done((await dataOf(api.POST('/api/v1/segments/lists', { body }))).task_id);
    },
    update: async (segmentId: number, values: ListChoice & { mode: Mode; dry_run: boolean }) => {
      const params = { path: { segment_id: segmentId } };
      const body = { column: '', ...values };
      const asked = api.POST('/api/v1/segments/{segment_id}/editions', { params, body });
      return done((await dataOf(asked)).task_id);
    },
    snapshot: async (segmentId: number, values: { name: string; description: string; as_of?: string }) => {
      const params = { path: { segment_id: segmentId } };
      const asked = api.POST('/api/v1/segments/{segment_id}/snapshots', { params, body: values });
      return done((await dataOf(asked)).task_id);
    },
  };
}
