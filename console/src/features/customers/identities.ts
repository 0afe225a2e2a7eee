/** Identities, links and effects as sentences that people read. */
import { timeText } from '@/ui/format';
import type { IdentityGraph, IdentityLink, MergePreview } from './identity-queries';
import type { words } from './words/identities';

type IdentityWords = (typeof words)['zh-CN'];
type Names = Record<string, string>;

export const STAFF = 'staff';
/** The source of what is written by hand in these pages. */
export const CONSOLE = 'console';
const MOVES_SHOWN = 8;

/** `openid:wx17` is a WeChat OpenID of wx17; a brand's own namespace keeps its name. */
export function namespaceText(names: Names, namespace: string): string {
  const [family = '', app] = namespace.split(/:(.*)/s);
  const name = names[namespace] ?? names[family];
  if (!name) return namespace;
  return names[namespace] || !app ? name : `${name} (${app})`;
}

export const identityText = (names: Names, one: { namespace: string; value: string }): string =>
  `${namespaceText(names, one.namespace)} ${one.value}`;

export type LinkState = 'joins' | 'refused' | 'retracted';
export const linkState = (link: IdentityLink): LinkState =>
  link.retracted_at ? 'retracted' : link.joins ? 'joins' : 'refused';

interface Told {
  w: IdentityWords;
  names: Names;
  zone: string;
  /** The words of the guards, by the reason of a refusal. */
  refusals: Names;
}

export interface LinkSentence {
  state: LinkState;
  said: string;
  /** Whether it was checked, or why it passes the guards. */
  weight: string;
  /** By which event or file it was said, and when Siyu heard of it. */
  event: string;
  /** Who took it back and why, or where the other end is. */
  after: string;
}

export type Ends = Pick<IdentityGraph, 'nodes' | 'others'>;

/** An end of a link: one's own identity, or somebody else's. */
function endText(id: number, link: IdentityLink, ends: Ends, { w, names }: Told): string {
  const own = ends.nodes.find(({ identity_id }) => identity_id === id);
  if (own) return identityText(names, own);
  const other = ends.others.find(({ identity_id }) => identity_id === id);
  return other
    ? w.othersIdentity(other.customer_id, identityText(names, other))
    : w.otherIdentity(link.other_customer_id);
}

function eventText(link: IdentityLink, { w, zone }: Told): string {
  const heard = w.heard(timeText(link.recorded_at, zone));
  if (link.event_id) return `${w.byEvent(link.event_id)} · ${heard}`;
  if (link.batch_id !== null) return `${w.byBatch(link.batch_id)} · ${heard}`;
  return heard;
}

/** Who said of which two identities that they are one person, how much it weighs, and what became of it. */
export function linkSentence(link: IdentityLink, graph: Ends, told: Told): LinkSentence {
  const { w, zone } = told;
  const time = timeText(link.said_at, zone);
  const end = (id: number) => endText(id, link, graph, told);
  const ends = [end(link.left_id), end(link.right_id)] as const;
  const byStaff = link.source === STAFF;
  const state = linkState(link);
  return {
    state,
    said: byStaff
      ? w.saidByStaff(link.said_by ?? w.staff, time, ...ends, link.because ?? '')
      : w.saidBySource(link.source, time, ...ends),
    weight:
      byStaff && link.overrides ? w.overrides : link.authenticated ? w.authenticated : w.unauthenticated,
    event: eventText(link, told),
    after: afterwards(link, state, told),
  };
}

function afterwards(link: IdentityLink, state: LinkState, told: Told): string {
  const { w, zone } = told;
  if (state === 'refused')
    return w.refusedBecause(link.other_customer_id, told.refusals[link.refused_because ?? ''] ?? '');
  if (state === 'joins' || !link.retracted_at) return '';
  return w.retractedBy(
    link.retracted_by ?? '',
    timeText(link.retracted_at, zone),
    link.retracted_because ?? '',
  );
}

/** What a module counts differently, as a sentence; nothing where nothing changes. */
function effectText({ effect, before, after }: MergePreview['effects'][number], w: IdentityWords): string[] {
  const change = after - before;
  if (change === 0) return [];
  const [more, less] = {
    messages_waiting: [w.effectWaiting, w.effectNoLongerWaiting] as const,
    assignments_left_out: [w.effectLeftOut, w.effectCountedAgain] as const,
  }[effect] ?? [undefined, undefined];
  const say = change > 0 ? more : less;
  return say ? [say(Math.abs(change))] : [];
}

/** What would become of whom, a line a customer; `none` where nobody would move. */
export function effectLines(preview: MergePreview, w: IdentityWords, none: string): string[] {
  const { moves, identities } = preview;
  if (moves.length === 0 && identities.length === 0) return [none];
  const lines = moves.slice(0, MOVES_SHOWN).map(({ customer_id: id, before, after }) => {
    if (id === after) return w.effectAlone(id, before);
    return id === before ? w.effectCounts(id, after) : w.effectMoves(id, before, after);
  });
  if (moves.length > MOVES_SHOWN) lines.push(w.effectMore(moves.length - MOVES_SHOWN));
  if (identities.length > 0) lines.push(w.effectIdentities(identities.length));
  return [...lines, ...preview.effects.flatMap((one) => effectText(one, w))];
}
