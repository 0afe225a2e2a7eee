/** What the campaign pages ask the server, and what they change. */
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { download } from '@/client/download';
import type { components } from '@/client/schema';

type Schemas = components['schemas'];
export type Campaign = Schemas['CampaignInfo'];
export type CampaignState = Campaign['state'];
export type CampaignIn = Schemas['CampaignIn'];
export type Changes = Partial<Schemas['CampaignChanges']>;
export type Check = Schemas['Check'];
export type Fault = Schemas['TemplateFault'];
export type Headcount = Schemas['Headcount'];
export type Results = Schemas['CampaignResults'];
export type MetricResult = Schemas['MetricResult'];
export type Recipient = Schemas['Recipient'];
export type RecipientState = Recipient['state'];
export type Exclusion = NonNullable<Recipient['reason']>;
export type Answers = Schemas['RequestCounts'];
export type Preview = Schemas['PreviewText'];
export type Segment = Schemas['SegmentOut'];
export type SmsChannel = Schemas['SmsChannel'];
export type TestOutcome = Schemas['TestOutcome'];

const LIVE_MS = 2_000;
const RETURN_FRESH_MS = 10 * 60_000;
const PREVIEWS = 5;
const CAMPAIGNS = ['campaigns'] as const;

export const isLive = ({ state }: { state: CampaignState }): boolean =>
  state === 'scheduled' || state === 'sending';

const at = (campaign_id: number) => ({ path: { campaign_id } });

export function useCampaigns(state: CampaignState | undefined, cursor: string | undefined, limit: number) {
  const query = { limit, ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) };
  return useQuery({
    queryKey: [...CAMPAIGNS, 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/campaigns', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: (found) =>
      found.state.data?.items.some((one) => one.state === 'sending') ? LIVE_MS : false,
  });
}

export const useCampaign = (campaign_id: number) =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'one', campaign_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/campaigns/{campaign_id}', { params: at(campaign_id), signal })),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isLive(state.data) ? LIVE_MS : false),
  });

const resultsOf = (campaign_id: number, as_of: string) => ({
  queryKey: [...CAMPAIGNS, 'results', campaign_id, as_of] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    dataOf(
      api.GET('/api/v1/campaigns/{campaign_id}/results', {
        params: { ...at(campaign_id), query: as_of ? { as_of } : {} },
        signal,
      }),
    ),
});

/** Empty `asOf` means now; asked again and again while messages are on their way. */
export const useResults = (campaign_id: number, asOf: string, enabled: boolean, sending: boolean) =>
  useQuery({
    ...resultsOf(campaign_id, asOf),
    enabled,
    retry: false,
    placeholderData: keepPreviousData,
    refetchInterval: sending ? 2 * LIVE_MS : false,
  });

const ANSWERS_EVERY_MS = 15_000;

/** Of a campaign that asks for consent; asked again while answers may come. */
export const useAnswers = (campaign_id: number, sending: boolean) =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'answers', campaign_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/campaigns/{campaign_id}/consent-answers', { params: at(campaign_id), signal })),
    refetchInterval: ({ state }) => (sending || state.data?.waiting ? ANSWERS_EVERY_MS : false),
  });

/** The results of launched campaigns, one request at a time, so that a list does not load the server. */
export function useReturns(ids: number[]): Map<number, Results> {
  const client = useQueryClient();
  const isDone = (id: number) => {
    const found = client.getQueryState(resultsOf(id, '').queryKey);
    return found?.status === 'success' || found?.status === 'error';
  };
  const queries = useQueries({
    queries: ids.map((id, place) => ({
      ...resultsOf(id, ''),
      enabled: ids.slice(0, place).every(isDone),
      staleTime: RETURN_FRESH_MS,
      retry: false,
    })),
  });
  return new Map(queries.flatMap(({ data }) => (data ? [[data.campaign_id, data] as const] : [])));
}

/** `version` is anything that changes when the draft does. */
export const useCheck = (campaign_id: number | undefined, version: string, enabled = true) =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'check', campaign_id, version],
    queryFn: ({ signal }) =>
      dataOf(api.POST('/api/v1/campaigns/{campaign_id}/check', { params: at(campaign_id ?? 0), signal })),
    enabled: enabled && campaign_id !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });

/** Names are masked without a `reason`, which is asked for once and stands in the audit log. */
export const usePreview = (campaign_id: number, version: string, enabled: boolean, reason = '') =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'preview', campaign_id, version, reason],
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/campaigns/{campaign_id}/preview', {
          params: { ...at(campaign_id), query: { limit: PREVIEWS } },
          ...(reason ? { body: { reason } } : {}),
          signal,
        }),
      ),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });

interface RecipientsAsked {
  campaignId: number;
  state: RecipientState | undefined;
  reason: Exclusion | undefined;
  cursor: string | undefined;
  limit: number;
}

export function useRecipients({ campaignId, state, reason, cursor, limit }: RecipientsAsked) {
  const query = {
    limit,
    ...(state ? { state } : {}),
    ...(reason ? { reason } : {}),
    ...(cursor ? { cursor } : {}),
  };
  return useQuery({
    queryKey: [...CAMPAIGNS, 'recipients', campaignId, query],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/campaigns/{campaign_id}/recipients', {
          params: { ...at(campaignId), query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export const useVariables = () =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'variables'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/campaigns/variables', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useSegments = (enabled: boolean) =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'segments'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/segments', { params: { query: { archived: true } }, signal })),
    enabled,
    staleTime: 0,
  });

export const useSizes = (enabled: boolean) =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'sizes'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/segments/sizes', { params: { query: {} }, signal })),
    enabled,
  });

export const useSmsChannel = (enabled: boolean) =>
  useQuery({
    queryKey: [...CAMPAIGNS, 'channel'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/channels/sms', { signal })),
    enabled,
  });

/** The task that launches a campaign, for its progress. */
export const useLaunch = (task_id: number | null, enabled: boolean) =>
  useQuery({
    queryKey: ['tasks', task_id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id: task_id ?? 0 } }, signal })),
    enabled: enabled && task_id !== null,
    staleTime: 0,
    refetchInterval: LIVE_MS,
  });

export function useCreateCampaign() {
  const client = useQueryClient();
  return async (body: Partial<CampaignIn> & { name: string }): Promise<Campaign> => {
    const campaign = await dataOf(api.POST('/api/v1/campaigns', { body: body as CampaignIn }));
    client.setQueryData([...CAMPAIGNS, 'one', campaign.campaign_id], campaign);
    return campaign;
  };
}

export const exportRecipients = (
  campaign_id: number,
  asked: { state: RecipientState | undefined; exclusion: Exclusion | undefined; reason: string },
): Promise<void> =>
  download(`/api/v1/campaigns/${campaign_id}/recipients/export`, `campaign-${campaign_id}.csv`, asked);

export const sendTest = (campaign_id: number, numbers: string[], customer_id: number | undefined) =>
  dataOf(
    api.POST('/api/v1/campaigns/{campaign_id}/test', {
      params: at(campaign_id),
      body: { numbers, ...(customer_id === undefined ? {} : { customer_id }) },
    }),
  );

/** Every answer is the campaign as it is now; lists and results are asked again. */
export function useCampaignActions(campaign_id: number) {
  const client = useQueryClient();
  const params = at(campaign_id);
  const after = async (call: Promise<{ data?: Campaign }>): Promise<Campaign> => {
    const campaign = await dataOf(call);
    client.setQueryData([...CAMPAIGNS, 'one', campaign_id], campaign);
    await client.invalidateQueries({ queryKey: [...CAMPAIGNS, 'list'] });
    return campaign;
  };
  return {
    edit: (body: Changes) =>
      after(
        api.PATCH('/api/v1/campaigns/{campaign_id}', { params, body: body as Schemas['CampaignChanges'] }),
      ),
    submit: () => after(api.POST('/api/v1/campaigns/{campaign_id}/submit', { params })),
    approve: () => after(api.POST('/api/v1/campaigns/{campaign_id}/approve', { params })),
    reject: (note: string) =>
      after(api.POST('/api/v1/campaigns/{campaign_id}/reject', { params, body: { note } })),
    copy: async (name: string): Promise<Campaign> => {
      const copy = await dataOf(api.POST('/api/v1/campaigns/{campaign_id}/copy', { params, body: { name } }));
      client.setQueryData([...CAMPAIGNS, 'one', copy.campaign_id], copy);
      await client.invalidateQueries({ queryKey: [...CAMPAIGNS, 'list'] });
      return copy;
    },
    remove: async (): Promise<void> => {
      await api.DELETE('/api/v1/campaigns/{campaign_id}', { params });
      await client.invalidateQueries({ queryKey: [...CAMPAIGNS, 'list'] });
    },
    stop: () => after(api.POST('/api/v1/campaigns/{campaign_id}/stop', { params })),
  };
}

const PROOF_LOOK_MS = 1_000;

/** A task writes the bundle; the browser saves it when it is done. False: the task did not end well. */
export async function proveCampaign(campaign_id: number, reason: string): Promise<boolean> {
  const { task_id } = await dataOf(
    api.POST('/api/v1/campaigns/{campaign_id}/consent-proofs', { params: at(campaign_id), body: { reason } }),
  );
  for (;;) {
    const task = await dataOf(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id } } }));
    if (task.state === 'done') break;
    if (task.state === 'failed' || task.state === 'cancelled') return false;
    await new Promise((go) => setTimeout(go, PROOF_LOOK_MS));
  }
  await download(`/api/v1/campaigns/consent-proofs/${task_id}`, `campaign-${campaign_id}-consent-proof.zip`);
  return true;
}
