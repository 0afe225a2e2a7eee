/** What the pages of destinations ask the server; where something waits they ask every few seconds. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

export type Destination = components['schemas']['DestinationOut'];
export type Delivery = components['schemas']['DeliveryOut'];
export type Attempt = components['schemas']['AttemptOut'];
export type OfferedFact = components['schemas']['OfferedFact'];
export type WebhookChange = components['schemas']['WebhookChange'];
export type WebhookCreate = Omit<
  components['schemas']['WebhookCreate'],
  'with_identities' | 'third_party' | 'reason'
> & {
  with_identities: boolean;
  third_party: boolean;
  reason: string;
};
export type Replay = Partial<components['schemas']['ReplayIn']>;
export type FolderCreate = components['schemas']['FolderCreate'];
export type BucketCreate = components['schemas']['BucketCreate'];
export type ExportOrder = components['schemas']['ExportCreate'];
export type Export = components['schemas']['ExportOut'];
export type Run = components['schemas']['RunOut'];
export type DeliveryState = Delivery['state'];

const DESTINATIONS = ['destinations'] as const;
const SOON = 3_000;
const LATER = 20_000;
const LIMIT = 20;

export function useDestinations() {
  return useQuery({
    queryKey: [...DESTINATIONS, 'list'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/destinations', { signal })),
    refetchInterval: LATER,
  });
}

export function useDestination(destination_id: number) {
  return useQuery({
    queryKey: [...DESTINATIONS, 'one', destination_id],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/destinations/{destination_id}', { params: { path: { destination_id } }, signal }),
      ),
    refetchInterval: ({ state }) => (state.data?.traffic?.waiting ? SOON : LATER),
  });
}

export function useOfferedFacts() {
  return useQuery({
    queryKey: [...DESTINATIONS, 'facts'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/destinations/facts', { signal })),
  });
}

export function useDeliveries(destination_id: number, state: DeliveryState[], before_id: number | undefined) {
  const query = { limit: LIMIT, state, ...(before_id ? { before_id } : {}) };
  return useQuery({
    queryKey: [...DESTINATIONS, 'deliveries', destination_id, query],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/destinations/{destination_id}/deliveries', {
          params: { path: { destination_id }, query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.items.some((one) => one.state === 'waiting') ? SOON : LATER,
  });
}

export function useDelivery(destination_id: number, delivery_id: number) {
  return useQuery({
    queryKey: [...DESTINATIONS, 'delivery', destination_id, delivery_id],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/destinations/{destination_id}/deliveries/{delivery_id}', {
          params: { path: { destination_id, delivery_id } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.delivery.state === 'waiting' ? SOON : false),
  });
}

const isOpen = ({ state }: Run) => state === 'queued' || state === 'running';

export function useExports(destination_id: number) {
  return useQuery({
    queryKey: [...DESTINATIONS, 'exports', destination_id],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/destinations/{destination_id}/exports', {
          params: { path: { destination_id } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ last }) => last && isOpen(last)) ? SOON : LATER,
  });
}

export function useSegmentNames(enabled: boolean) {
  return useQuery({
    queryKey: [...DESTINATIONS, 'segments'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments', { signal })),
    enabled,
  });
}

export function useDestinationActions() {
  const client = useQueryClient();
  const changed = async <T>(call: Promise<T>): Promise<T> => {
    const done = await call;
    await client.invalidateQueries({ queryKey: DESTINATIONS });
    return done;
  };
  const of = (destination_id: number) => ({ params: { path: { destination_id } } });
  const plan = (export_plan_id: number) => ({ params: { path: { export_plan_id } } });
  return {
    add: (body: WebhookCreate) => changed(dataOf(api.POST('/api/v1/destinations/webhooks', { body }))),
    addFolder: (body: FolderCreate) => changed(dataOf(api.POST('/api/v1/destinations/folders', { body }))),
    addBucket: (body: BucketCreate) => changed(dataOf(api.POST('/api/v1/destinations/buckets', { body }))),
    orderExport: (id: number, body: ExportOrder) =>
      changed(dataOf(api.POST('/api/v1/destinations/{destination_id}/exports', { ...of(id), body }))),
    runExport: (id: number) =>
      changed(dataOf(api.POST('/api/v1/destinations/exports/{export_plan_id}/run', plan(id)))),
    stopExport: (id: number) =>
      changed(dataOf(api.POST('/api/v1/destinations/exports/{export_plan_id}/stop', plan(id)))),
    approveExport: (id: number) =>
      changed(dataOf(api.POST('/api/v1/destinations/exports/{export_plan_id}/approve', plan(id)))),
    refuseExport: (id: number, note: string) =>
      changed(
        dataOf(
          api.POST('/api/v1/destinations/exports/{export_plan_id}/refuse', { ...plan(id), body: { note } }),
        ),
      ),
    change: (id: number, body: WebhookChange) =>
      changed(dataOf(api.PUT('/api/v1/destinations/webhooks/{destination_id}', { ...of(id), body }))),
    approve: (id: number) =>
      changed(dataOf(api.POST('/api/v1/destinations/{destination_id}/approve', of(id)))),
    refuse: (id: number, note: string) =>
      changed(
        dataOf(api.POST('/api/v1/destinations/{destination_id}/refuse', { ...of(id), body: { note } })),
      ),
    pause: (id: number) => changed(dataOf(api.POST('/api/v1/destinations/{destination_id}/pause', of(id)))),
    resume: (id: number) => changed(dataOf(api.POST('/api/v1/destinations/{destination_id}/resume', of(id)))),
    remove: (id: number) => changed(dataOf(api.DELETE('/api/v1/destinations/{destination_id}', of(id)))),
    newSecret: (id: number) =>
      changed(dataOf(api.POST('/api/v1/destinations/{destination_id}/secret', of(id)))),
    test: (id: number) => dataOf(api.POST('/api/v1/destinations/{destination_id}/test', of(id))),
    replay: (id: number, choice: Replay) =>
      changed(
        dataOf(
          api.POST('/api/v1/destinations/{destination_id}/replay', {
            ...of(id),
            body: { delivery_ids: [], states: ['failed'], ...choice },
          }),
        ),
      ),
  };
}
