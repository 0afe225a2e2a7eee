/** What the task centre asks the server; while something runs it asks every second. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';
import { isOpen } from '@/ui/progress/duration';

export type Task = components['schemas']['Task'];

export const TASKS_LIMIT = 20;
const LIVE_MS = 1_000;
const IDLE_MS = 10_000;
const TASKS = ['tasks'] as const;

export const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
const isState = (value: string): value is (typeof STATES)[number] => STATES.some((state) => state === value);

/** Running work is looked at each second; otherwise a new task shows up within ten. */
export function useTasks(cursor: string | undefined, filters: { state?: string[]; kind?: string[] }) {
  const query = {
    limit: TASKS_LIMIT,
    ...(cursor ? { before_id: Number(cursor) } : {}),
    ...(filters.state?.length ? { state: filters.state.filter(isState) } : {}),
    ...(filters.kind?.length ? { kind: filters.kind } : {}),
  };
  return useQuery({
    queryKey: [...TASKS, query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tasks', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? LIVE_MS : IDLE_MS),
  });
}

export function useTask(taskId: number | undefined) {
  return useQuery({
    queryKey: [...TASKS, taskId],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id: taskId ?? 0 } }, signal })),
    enabled: taskId !== undefined,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? LIVE_MS : false),
  });
}

export function useCancelTask() {
  const client = useQueryClient();
  return async (task_id: number) => {
    await dataOf(api.POST('/api/v1/tasks/{task_id}/cancel', { params: { path: { task_id } } }));
    await client.invalidateQueries({ queryKey: TASKS });
  };
}

/** The number of the task that recomputes all traits. */
export function useRefreshTraits() {
  const client = useQueryClient();
  return async () => {
    const { task_id } = await dataOf(api.POST('/api/v1/insight/refresh'));
    await client.invalidateQueries({ queryKey: TASKS });
    return task_id;
  };
}
