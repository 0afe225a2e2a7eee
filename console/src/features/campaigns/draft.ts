/** A campaign as the wizard holds it, and what differs from what the server holds. */
import type { Campaign, Changes } from './queries';

export interface Draft {
  /** Chosen when the campaign is made, and not changed. */
  kind: Campaign['kind'];
  name: string;
  segment_id: number | null;
  excluded_segment_ids: number[];
  holdout_basis_points: number;
  template_text: string;
  signature: string;
  opt_out_line: string;
  scheduled_at: string | null;
  window_days: number;
}

const FIELDS = [
  'name',
  'segment_id',
  'excluded_segment_ids',
  'holdout_basis_points',
  'template_text',
  'signature',
  'opt_out_line',
  'scheduled_at',
  'window_days',
] as const satisfies (keyof Draft)[];

export const isRequest = ({ kind }: Pick<Campaign, 'kind'>): boolean => kind === 'consent_request';

export function draftOf(campaign: Campaign): Draft {
  return Object.fromEntries(
    (['kind', ...FIELDS] as const).map((field) => [field, campaign[field]]),
  ) as unknown as Draft;
}

/** The server keeps these lines without blanks around them. */
const TRIMMED: readonly string[] = ['name', 'signature', 'opt_out_line'];

function keptOf(draft: Draft, field: keyof Draft): unknown {
  const value = draft[field];
  return typeof value === 'string' && TRIMMED.includes(field) ? value.trim() : value;
}

/** Only what is different, so that two people who edit different fields do not undo each other. */
export function changesOf(draft: Draft, saved: Draft): Changes {
  const kept = FIELDS.map((field) => [field, keptOf(draft, field)] as const);
  return Object.fromEntries(
    kept.filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(saved[field])),
  );
}

/** Changes whenever an answer about audience or text would. */
export const versionOf = (saved: Draft): string =>
  JSON.stringify([
    saved.segment_id,
    saved.excluded_segment_ids,
    saved.holdout_basis_points,
    saved.template_text,
    saved.signature,
    saved.opt_out_line,
  ]);

/** Changes that the server would take; an empty name is kept back until there is one. */
export function savable(changes: Changes): Changes {
  const { name, ...rest } = changes;
  return name?.trim() ? changes : rest;
}
