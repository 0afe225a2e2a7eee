/** Whom the audit log means: people by their name where the reader may see it, programs by what they are. */
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { useUsers } from '../queries';
import { actorWords } from '../words/audit';

/** `lin` is 林知夏（lin）; a key says that it is one. */
export function usePeople(): (kind: string, label: string) => string {
  const kinds = useWords(actorWords);
  const users = useUsers(useCan('users.read'));
  const names = new Map((users.data?.items ?? []).map((one) => [one.login, one.display_name]));
  return (kind, label) => {
    if (kind === 'cli') return kinds.cli;
    if (kind === 'api_key') return `${label} · ${kinds.api_key}`;
    const name = kind === 'user' ? names.get(label) : undefined;
    return name ? `${name} · ${label}` : label;
  };
}
