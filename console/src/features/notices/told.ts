/** A piece of news in words, and the page where something can be done about it. */
import { timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { wordOf } from '@/ui/progress/work-progress';
import { useBrand } from '@/ui/session';
import { kindWords } from '@/ui/task-words';
import type { Notice } from './queries';
import { words } from './words';

export interface Told {
  title: string;
  below: string;
  /** Where to go; empty when there is nothing to do. */
  to: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

const PLACES: Record<string, string> = {
  reviews_waiting: '/customers/reviews',
  key_expiring: '/settings/api-keys',
  consent_chain_broken: '/consents',
  destination_paused: '/destinations',
  pull_source_paused: '/pulls',
};

function placeOf({ kind, subject_type, subject_id, facts }: Notice): string {
  if (subject_type === 'task') return `/tasks?task=${subject_id}`;
  if (kind === 'rejects_rising') return `/events/rejects?source=${encodeURIComponent(text(facts.source))}`;
  return PLACES[kind] ?? '';
}

/** News of a kind that this console does not know is shown by its code. */
export function useTold(): (notice: Notice) => Told {
  const w = useWords(words);
  const language = useLanguage();
  const zone = useBrand().time_zone;
  const kinds = useWords(kindWords);
  return (notice) => {
    const { kind, facts } = notice;
    const to = placeOf(notice);
    const work = wordOf(kinds, text(facts.kind));
    const ended = { task_done: w.taskDone, task_failed: w.taskFailed, task_cancelled: w.taskCancelled }[kind];
    if (ended) return { title: ended(work), below: text(facts.title), to };
    if (kind === 'reviews_waiting')
      return { title: w.reviews(count(facts.waiting)), below: w.reviewsBelow, to };
    if (kind === 'rejects_rising') {
      const title = w.rejects(text(facts.source), count(facts.rejected));
      return { title, below: w.rejectsBelow, to };
    }
    if (kind === 'key_expiring') {
      const at = timeText(text(facts.expires_at), zone, 'minute');
      return { title: w.key(text(facts.source)), below: w.keyBelow(text(facts.prefix), at), to };
    }
    if (kind === 'consent_chain_broken')
      return { title: w.chain(count(facts.seal_no)), below: w.chainBelow, to };
    const paused = { destination_paused: w.destination, pull_source_paused: w.pull }[kind];
    if (paused)
      return {
        title: paused(text(facts.name)),
        below: text(facts[`reason_${language.slice(0, 2)}`]) || text(facts.reason),
        to,
      };
    return { title: kind, below: '', to };
  };
}
