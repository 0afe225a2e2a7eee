/** A campaign as the wizard holds it, and what differs from what the server holds. */
import type { Campaign, Changes } from './queries';

export interface Draft {
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

export function draftOf(campaign: Campaign): Draft {
  return Object.fromEntries(FIELDS.map((field) => [field, campaign[field]])) as unknown as Draft;
}

/** Only what is different, so that two people who edit different fields do not undo each other. */
export function changesOf(draft: Draft, saved: Draft): Changes {
  const differing = FIELDS.filter((field) => JSON.stringify(draft[field]) !== JSON.stringify(saved[field]));
  return Object.fromEntries(differing.map((field) => [field, draft[field]]));
}

/** Changes that the server would take; an empty name is kept back until there is one. */
export function savable(changes: Changes): Changes {
  const { name, ...rest } = changes;
  return name?.trim() ? changes : rest;
}
