/** What the pages of one's own account ask the server, and what they change. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

export type WebSession = components['schemas']['WebSession'];

const ACCOUNT = ['organisation', 'account'] as const;

/** Where one is signed in oneself, or somebody else. */
export const useSessions = (user_id?: number, enabled = true) =>
  useQuery({
    queryKey: [...ACCOUNT, 'sessions', user_id ?? 'own'],
    queryFn: ({ signal }) =>
      user_id === undefined
        ? dataOf(api.GET('/api/v1/auth/sessions', { signal }))
        : dataOf(api.GET('/api/v1/users/{user_id}/sessions', { params: { path: { user_id } }, signal })),
    enabled,
    staleTime: 0,
  });

export const useSecondFactor = () =>
  useQuery({
    queryKey: [...ACCOUNT, 'second-factor'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/auth/second-factor', { signal })),
  });

export function useAccountActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: ACCOUNT });
    return answer;
  };
  const at = (session_id: number) => ({ params: { path: { session_id } } });
  const of = (user_id: number, session_id: number) => ({ params: { path: { user_id, session_id } } });
  return {
    endSession: (sessionId: number, userId?: number) =>
      userId === undefined
        ? after(api.DELETE('/api/v1/auth/sessions/{session_id}', at(sessionId)))
        : after(api.DELETE('/api/v1/users/{user_id}/sessions/{session_id}', of(userId, sessionId))),
    endSessions: (userId?: number) =>
      userId === undefined
        ? after(api.POST('/api/v1/auth/sessions/end-others'))
        : after(api.POST('/api/v1/users/{user_id}/sessions/end', { params: { path: { user_id: userId } } })),
    beginSecondFactor: () => dataOf(api.POST('/api/v1/auth/second-factor/begin')),
    finishSecondFactor: (code: string) =>
      after(api.POST('/api/v1/auth/second-factor/finish', { body: { code } })),
    removeSecondFactor: (code: string) =>
      after(api.POST('/api/v1/auth/second-factor/remove', { body: { code } })),
    renewCodes: (code: string) =>
      after(api.POST('/api/v1/auth/second-factor/recovery-codes', { body: { code } })),
    link: () => dataOf(api.POST('/api/v1/auth/sign-on/link')),
    unlink: () => after(api.DELETE('/api/v1/auth/sign-on/link')),
  };
}
