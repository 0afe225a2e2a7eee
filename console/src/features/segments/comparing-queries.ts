/** What the server says of segments beside all customers, beside one another, and of an edit before it is made. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { download } from '@/client/download';
import type { components } from '@/client/schema';
import type { Definition } from './definition';

type Schemas = components['schemas'];
export type Profile = Schemas['SegmentProfileOut'];
export type Dimension = Schemas['ProfileDimensionOut'];
export type Overlap = Schemas['SegmentOverlapOut'];

export const OVERLAP_MIN = 2;
export const OVERLAP_MAX = 5;
const SAMPLE = 10;

const keys = {
  profile: (segmentId: number, asOf: string) => ['segments', 'profile', segmentId, asOf] as const,
  sample: (segmentId: number, asOf: string) => ['segments', 'sample', segmentId, asOf] as const,
  overlap: (ids: string, asOf: string) => ['segments', 'overlap', ids, asOf] as const,
  changes: (segmentId: number, definition: string, asOf: string) =>
    ['segments', 'changes', segmentId, definition, asOf] as const,
};

const dated = (asOf: string) => (asOf ? { as_of: asOf } : {});

export const useProfile = (segmentId: number, asOf: string) =>
  useQuery({
    queryKey: keys.profile(segmentId, asOf),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/segments/{segment_id}/profile', {
          params: { path: { segment_id: segmentId }, query: dated(asOf) },
          signal,
        }),
      ),
  });

/** Some customers of the segment, names and numbers masked by the server. */
export const useSample = (segmentId: number, asOf: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.sample(segmentId, asOf),
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/customers/search', {
          body: { q: '', sort: '-sales_365d_fen', limit: SAMPLE, segment_id: segmentId, ...dated(asOf) },
          signal,
        }),
      ),
    enabled,
  });

export const useOverlap = (segmentIds: number[], asOf: string) =>
  useQuery({
    queryKey: keys.overlap(segmentIds.join(','), asOf),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/segments/overlap', {
          params: { query: { segment_id: segmentIds, ...dated(asOf) } },
          signal,
        }),
      ),
    enabled: segmentIds.length >= OVERLAP_MIN && segmentIds.length <= OVERLAP_MAX,
    placeholderData: keepPreviousData,
  });

/** Who would enter and leave a stored segment by this definition; nothing is asked while it is not changed. */
export const useChanges = (segmentId: number | undefined, definition: Definition | undefined, asOf: string) =>
  useQuery({
    queryKey: keys.changes(segmentId ?? 0, JSON.stringify(definition), asOf),
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/segments/{segment_id}/changes', {
          params: { path: { segment_id: segmentId ?? 0 } },
          body: { definition: (definition ?? {}) as Record<string, unknown>, sample: SAMPLE, ...dated(asOf) },
          signal,
        }),
      ),
    enabled: segmentId !== undefined && definition !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });

const asked = (asOf: string): string => (asOf ? `as_of=${encodeURIComponent(asOf)}` : '');

export const exportProfile = (segmentId: number, asOf: string) =>
  download(`/api/v1/segments/${segmentId}/profile.csv?${asked(asOf)}`, `segment-${segmentId}-profile.csv`);

export const exportOverlap = (segmentIds: number[], asOf: string) =>
  download(
    `/api/v1/segments/overlap.csv?${segmentIds.map((one) => `segment_id=${one}`).join('&')}&${asked(asOf)}`,
    'segment-overlap.csv',
  );
