/** Nobody passes without a session; a handed-out password must be changed first. */
import { Spin } from 'antd';
import { Navigate, Outlet, useLocation } from 'react-router';
import type { User } from '@/client/session';
import { useWords } from '@/ui/i18n';
import { SessionProvider } from '@/ui/session';
import { ErrorBlock } from '@/ui/state-block';
import { words as uiWords } from '@/ui/words';
import { PasswordPage } from './password-page';
import { SecondFactorPage } from './second-factor-page';
import { useSession, useSessionEnd } from './use-session';

export function Splash() {
  const w = useWords(uiWords);
  return (
    <div className="splash" role="status" aria-label={w.loading}>
      <Spin />
    </div>
  );
}

/** The way back after signing in: only addresses of this console. */
export function wayBack(next: string | null): string {
  return next?.startsWith('/') && !/^\/[/\\]/.test(next) && !next.startsWith('/login') ? next : '/';
}

function loginAddress(here: string, expired: boolean): string {
  const query = new URLSearchParams();
  if (here !== '/') query.set('next', here);
  if (expired) query.set('expired', 'true');
  const text = query.toString();
  return text ? `/login?${text}` : '/login';
}

/** A handed-out password is changed first, and a second factor set up where the brand requires it. */
function Passed({ user }: { user: User }) {
  if (user.must_change_password) return <PasswordPage forced />;
  if (user.must_enrol_second_factor) return <SecondFactorPage />;
  return <Outlet />;
}

export function SessionGate() {
  useSessionEnd();
  const { pathname, search } = useLocation();
  const query = useSession();
  if (query.isPending) return <Splash />;
  if (query.data === undefined)
    return (
      <div className="splash">
        <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  const { session, expired } = query.data;
  if (!session) return <Navigate to={loginAddress(pathname + search, expired)} replace />;
  return (
    <SessionProvider value={session}>
      <Passed user={session.user} />
    </SessionProvider>
  );
}
