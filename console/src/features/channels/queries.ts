/** What the channels page asks the server, and what it changes. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

type Schemas = components['schemas'];
export type SmsChannel = Schemas['SmsChannel'];
export type SmsChannelChanges = Schemas['SmsChannelChanges'];
export type TestResult = Schemas['TestResult'];

const SMS = ['channels', 'sms'] as const;

export const useSmsChannel = () =>
  useQuery({ queryKey: SMS, queryFn: ({ signal }) => dataOf(api.GET('/api/v1/channels/sms', { signal })) });

export function useSmsChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SmsChannelChanges) => dataOf(api.PATCH('/api/v1/channels/sms', { body })),
    onSuccess: (channel) => client.setQueryData(SMS, channel),
  });
}

export const sendTest = (numbers: string[], text: string) =>
  dataOf(api.POST('/api/v1/channels/sms/test', { body: { numbers, text } }));
