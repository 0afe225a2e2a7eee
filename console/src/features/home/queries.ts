/** What the home page asks the server. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

type Schemas = components['schemas'];
export type Metrics = Schemas['MetricsOut'];
export type Measured = Schemas['MeasuredOut'];
export type Day = Schemas['DayOut'];
export type Summary = Schemas['SummaryOut'];
export type Campaign = Schemas['CampaignInfo'];

const CAMPAIGNS_SHOWN = 6;

const keys = {
  metrics: (days: number, asOf: string) => ['home', 'metrics', days, asOf] as const,
  summary: (asOf: string) => ['home', 'summary', asOf] as const,
  campaigns: ['home', 'campaigns'] as const,
};

/** Empty `asOf` means the newest data. */
export const useMetrics = (days: number, asOf: string, enabled = true) =>
  useQuery({
    queryKey: keys.metrics(days, asOf),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/insight/metrics', {
          params: { query: { days, ...(asOf ? { as_of: asOf } : {}) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    enabled,
  });

export const useSummary = (asOf: string) =>
  useQuery({
    queryKey: keys.summary(asOf),
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/insight/summary', { params: { query: asOf ? { as_of: asOf } : {} }, signal })),
    placeholderData: keepPreviousData,
  });

export const useCampaigns = (enabled: boolean) =>
  useQuery({
    queryKey: keys.campaigns,
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/campaigns', { params: { query: { limit: CAMPAIGNS_SHOWN } }, signal })),
    enabled,
  });
