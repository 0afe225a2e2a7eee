/** What the import pages ask the server, and what they start. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, send } from '@/client/client';
import { download } from '@/client/download';
import type { components, paths } from '@/client/schema';
import { isOpen } from '@/ui/progress/duration';

type Schemas = components['schemas'];
export type Upload = Schemas['UploadOut'];
export type Preview =
  paths['/api/v1/imports/preview']['post']['responses'][200]['content']['application/json'];
export type Reject = Schemas['RejectOut'];
export type ImportLine = Schemas['ImportLine'];
export type ImportRun = Schemas['ImportOut'];
export type Preset = Schemas['PresetOut'];
export type ImportRequest = Schemas['ImportRequest'];
export type MapChoice = Schemas['MapChoice'];

export const IMPORTS_LIMIT = 20;
const LIVE_MS = 1_000;
const IMPORTS = ['imports'] as const;

export async function uploadFile(file: File, signal: AbortSignal): Promise<Upload> {
  const body = new FormData();
  body.append('file', file);
  const response = await send('/api/v1/imports/uploads', { method: 'POST', body, signal });
  return (await response.json()) as Upload;
}

export const usePresets = () =>
  useQuery({
    queryKey: [...IMPORTS, 'presets'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/imports/presets', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What the map makes of the first rows; asked again whenever the map has changed. */
export const usePreview = (choice: MapChoice | undefined) =>
  useQuery({
    queryKey: [...IMPORTS, 'preview', choice],
    queryFn: ({ signal }) =>
      dataOf(api.POST('/api/v1/imports/preview', { body: choice as MapChoice, signal })),
    enabled: choice !== undefined,
    retry: false,
  });

type ListQuery = NonNullable<paths['/api/v1/imports']['get']['parameters']['query']>;
export type ListFilter = Required<Pick<ListQuery, 'kind' | 'state'>>;

export function useImports(cursor: string | undefined, sort: string | undefined, filter: ListFilter) {
  const query = {
    ...filter,
    limit: IMPORTS_LIMIT,
    sort: sort === 'created_at' ? ('created_at' as const) : ('-created_at' as const),
    ...(cursor ? { cursor } : {}),
  };
  return useQuery({
    queryKey: [...IMPORTS, 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/imports', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? LIVE_MS : false),
  });
}

export function useImport(import_id: number, follow: boolean) {
  return useQuery({
    queryKey: [...IMPORTS, 'one', import_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/imports/{import_id}', { params: { path: { import_id } }, signal })),
    staleTime: 0,
    refetchInterval: ({ state }) => (follow || (state.data && isOpen(state.data)) ? LIVE_MS : false),
  });
}

/** The task that does the work, for its progress. */
export function useWork(task_id: number | undefined, running: boolean) {
  return useQuery({
    queryKey: ['tasks', task_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id: task_id ?? 0 } }, signal })),
    enabled: task_id !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => (running || (state.data && isOpen(state.data)) ? LIVE_MS : false),
  });
}

export function useImportActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: [...IMPORTS, 'list'] });
    await client.invalidateQueries({ queryKey: [...IMPORTS, 'one'] });
    return answer;
  };
  return {
    start: (body: ImportRequest) => after(api.POST('/api/v1/imports', { body })),
    undo: (import_id: number) =>
      after(api.POST('/api/v1/imports/{import_id}/undo', { params: { path: { import_id } } })),
    cancel: (task_id: number) =>
      after(api.POST('/api/v1/tasks/{task_id}/cancel', { params: { path: { task_id } } })),
    /** Masked without a reason. */
    rejects: (import_id: number, reason: string) =>
      download(
        `/api/v1/imports/${import_id}/rejects`,
        `import-${import_id}-rejects.csv`,
        reason ? { reason } : undefined,
      ),
  };
}
