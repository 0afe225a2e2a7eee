/** What the organisation's pages ask the server, and what they change. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import { download } from '@/client/download';
import type { components } from '@/client/schema';
import { useLanguage } from '@/ui/i18n';

type Schemas = components['schemas'];
export type Brand = Schemas['Brand'];
export type BrandChanges = Schemas['BrandChanges'];
export type StaffMember = Schemas['StaffMember'];
export type NewStaffMember = Schemas['NewStaffMember'];
export type StaffChanges = Schemas['StaffChanges'];
export type Role = StaffMember['roles'][number];
export type Key = Schemas['Key'];
export type SignOnSettings = Schemas['SignOnSettings'];
export type AuditLine = Schemas['AuditLine'];

export const AUDIT_LIMIT = 50;

const keys = {
  brand: ['organisation', 'brand'],
  users: ['organisation', 'users'],
  permissions: ['organisation', 'permissions'],
  apiKeys: ['organisation', 'api-keys'],
  audit: ['organisation', 'audit'],
} as const;

export const useBrandSettings = () =>
  useQuery({ queryKey: keys.brand, queryFn: ({ signal }) => dataOf(api.GET('/api/v1/brand', { signal })) });

/** The header and every time on every page follow the brand, so the session is read again. */
export function useBrandChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BrandChanges) => dataOf(api.PATCH('/api/v1/brand', { body })),
    onSuccess: (brand) => {
      client.setQueryData(keys.brand, brand);
      void client.invalidateQueries({ queryKey: ['session'] });
    },
  });
}

const SIGN_ON = [...keys.brand, 'sign-on'] as const;

export const useSignOn = () =>
  useQuery({
    queryKey: SIGN_ON,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/brand/sign-on', { signal })),
  });

export function useSignOnChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['SignOnChange']) => dataOf(api.PUT('/api/v1/brand/sign-on', { body })),
    onSuccess: (saved) => client.setQueryData(SIGN_ON, saved),
  });
}

export const useUsers = (enabled = true) =>
  useQuery({
    queryKey: keys.users,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/users', { signal })),
    enabled,
  });

export const usePermissions = () =>
  useQuery({
    queryKey: keys.permissions,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/permissions', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Every change of a person, after which the list is read again. */
export function useUserActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: keys.users });
    return answer;
  };
  const one = (user_id: number) => ({ params: { path: { user_id } } });
  return {
    add: (body: NewStaffMember) => after(api.POST('/api/v1/users', { body })),
    change: (userId: number, body: StaffChanges) =>
      after(api.PATCH('/api/v1/users/{user_id}', { ...one(userId), body })),
    disable: (userId: number) => after(api.POST('/api/v1/users/{user_id}/disable', one(userId))),
    enable: (userId: number) => after(api.POST('/api/v1/users/{user_id}/enable', one(userId))),
    resetSecondFactor: (userId: number) =>
      after(api.POST('/api/v1/users/{user_id}/reset-second-factor', one(userId))),
    resetPassword: (userId: number) => after(api.POST('/api/v1/users/{user_id}/reset-password', one(userId))),
  };
}

export const useApiKeys = () =>
  useQuery({
    queryKey: keys.apiKeys,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/api-keys', { signal })),
  });

export function useKeyActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: keys.apiKeys });
    return answer;
  };
  return {
    create: (source: string, scopes: string[], expires_at: string | null) =>
      after(api.POST('/api/v1/api-keys', { body: { source, scopes, expires_at } })),
    rotate: (api_key_id: number, overlap_hours: number) =>
      after(
        api.POST('/api/v1/api-keys/{api_key_id}/rotate', {
          params: { path: { api_key_id } },
          body: { overlap_hours },
        }),
      ),
    revoke: (api_key_id: number) =>
      after(api.DELETE('/api/v1/api-keys/{api_key_id}', { params: { path: { api_key_id } } })),
  };
}

export interface AuditAsked {
  subjectType?: string | undefined;
  subjectId?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  /** The first and the last day, YYYY-MM-DD. */
  since?: string | undefined;
  until?: string | undefined;
}

const auditQuery = ({ subjectType, subjectId, ...asked }: AuditAsked): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...asked, subject_type: subjectType, subject_id: subjectId }).filter(
      (each): each is [string, string] => Boolean(each[1]),
    ),
  );

export function useAudit(asked: AuditAsked, cursor: string | undefined) {
  const query = {
    limit: AUDIT_LIMIT,
    ...auditQuery(asked),
    ...(cursor ? { before_id: Number(cursor) } : {}),
  };
  return useQuery({
    queryKey: [...keys.audit, query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/audit', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

export const useAuditChoices = () =>
  useQuery({
    queryKey: [...keys.audit, 'choices'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/audit/choices', { signal })),
  });

export const exportAudit = (asked: AuditAsked): Promise<void> =>
  download(`/api/v1/audit/export?${new URLSearchParams(auditQuery(asked))}`, 'audit.csv');

/** What the brand calls the fields it added to its customers. */
export function useFieldLabels(): Record<string, string> {
  const language = useLanguage();
  const fields = useQuery({
    queryKey: ['organisation', 'field-labels'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/customer-fields', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  return Object.fromEntries(
    (fields ?? []).map(({ field }) => [field.name, language === 'zh-CN' ? field.label_zh : field.label_en]),
  );
}

/** The catalogue of traits, which says the conditions of segments in words. */
export const useTraits = () =>
  useQuery({
    queryKey: ['organisation', 'traits'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/traits', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
