/** Who is signed in and for which brand; filled by the login gate, read by every page. */
import { createContext, useContext } from 'react';
import type { Brand, SignedIn, User } from '@/client/session';

const SessionContext = createContext<SignedIn | null>(null);
export const SessionProvider = SessionContext.Provider;

function useSignedIn(): SignedIn {
  const session = useContext(SessionContext);
  if (!session) throw new Error('This page is only shown to people who are signed in.');
  return session;
}

export const useUser = (): User => useSignedIn().user;
export const useBrand = (): Brand => useSignedIn().brand;

/** A person may do something when one of their roles allows it; no permission asked means everybody may. */
export const allows = (user: User, permission: string | undefined): boolean =>
  permission === undefined || user.permissions.includes(permission);

/** Hide what the person may not do; the server refuses it in any case. */
export const useCan = (permission: string): boolean => allows(useUser(), permission);
