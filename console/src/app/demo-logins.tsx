/** The accounts of the demo brand, offered only by a server that says it is a demo. */
import { useQuery } from '@tanstack/react-query';
import { type Meta, readMeta } from '@/client/session';
import { useWords } from '@/ui/i18n';
import { roleWords } from '@/ui/role-words';
import { words } from './words';

export function useMeta(): Meta | undefined {
  return useQuery({
    queryKey: ['meta'],
    queryFn: readMeta,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data;
}

type DemoLogin = Meta['demo_logins'][number];

interface DemoLoginsProps {
  logins: DemoLogin[];
  onPick: (login: { login: string; password: string }) => void;
}

export function DemoLogins({ logins, onPick }: DemoLoginsProps) {
  const w = useWords(words);
  const names = useWords(roleWords);
  const nameOf = (role: string) => (role in names ? names[role as keyof typeof names] : role);
  return (
    <section className="demo" aria-label={w.demoTitle}>
      <p>
        <b>{w.demoTitle}</b> <span>{w.demoHint}</span>
      </p>
      {logins.map(({ login, password, role }) => (
        <button key={login} type="button" onClick={() => onPick({ login, password })}>
          <span>{nameOf(role)}</span>
          <code>{`${login} / ${password}`}</code>
        </button>
      ))}
    </section>
  );
}
