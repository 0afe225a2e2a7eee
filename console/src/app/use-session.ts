/** The open session as one query: who is signed in, or that nobody is and why. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { onSessionEnded } from '@/client/client';
import { adoptLanguage } from '@/client/language';
import { ApiProblem } from '@/client/problem';
import { type SignedIn, signIn, signOut, whoAmI } from '@/client/session';

export interface SessionState {
  session: SignedIn | null;
  /** The person was signed in on this page and the server has ended it. */
  expired: boolean;
}

const SESSION = ['session'] as const;
/** What belongs to no person: the answer about the session itself and what the server is. */
const KEPT = new Set<unknown>(['session', 'meta']);
const NOBODY: SessionState = { session: null, expired: false };

async function readSession(): Promise<SessionState> {
  try {
    const session = await whoAmI();
    adoptLanguage(session.user.language);
    return { session, expired: false };
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return NOBODY;
    throw error;
  }
}

export function useSession() {
  return useQuery({
    queryKey: SESSION,
    queryFn: readSession,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** When the server says that nobody is signed in any more, the gate closes. */
export function useSessionEnd(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onSessionEnded(() => {
        const before = client.getQueryData<SessionState>(SESSION);
        if (before?.session) client.setQueryData<SessionState>(SESSION, { session: null, expired: true });
      }),
    [client],
  );
}

/** Whoever signs in or out takes the whole cache along: nobody sees another person's data. */
export function useSessionActions() {
  const client = useQueryClient();
  const forget = useCallback(
    () => client.removeQueries({ predicate: ({ queryKey }) => !KEPT.has(queryKey[0]) }),
    [client],
  );
  const enter = useCallback(
    async (login: string, password: string, code?: string) => {
      const session = await signIn(login, password, code);
      forget();
      adoptLanguage(session.user.language);
      client.setQueryData<SessionState>(SESSION, { session, expired: false });
    },
    [client, forget],
  );
  const leave = useCallback(async () => {
    await signOut();
    client.setQueryData<SessionState>(SESSION, NOBODY);
    forget();
  }, [client, forget]);
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: SESSION }), [client]);
  return { enter, leave, refresh };
}
