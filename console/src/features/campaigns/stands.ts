/** Where a campaign stands, what may be done with it, and by whom. */
import type { User } from '@/client/session';
import type { Tone } from '@/ui/tags';
import type { Campaign, CampaignState, Exclusion, RecipientState } from './queries';

export const STATES: CampaignState[] = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'sending',
  'sent',
  'stopped',
  'failed',
];
export const RECIPIENT_STATES: RecipientState[] = ['treated', 'holdout', 'excluded'];
export const EXCLUSIONS: Exclusion[] = [
  'excluded_segment',
  'unknown_customer',
  'legal_block',
  'complaint',
  'opt_out_global',
  'opt_out',
  'invalid_address',
  'consent_missing',
  'already_said',
  'already_asked',
  'profiling_refused',
  'unreachable',
];

export const RECIPIENT_TONE: Record<RecipientState, Tone> = {
  treated: 'running',
  holdout: 'neutral',
  excluded: 'warning',
};

/** A code of the address that the console knows; anything else counts as not given. */
export const knownOf = <T extends string>(known: readonly T[], text: string | undefined): T | undefined =>
  known.find((one) => one === text);

export const isEditable = ({ state }: Campaign): boolean => state === 'draft' || state === 'failed';
export const isStoppable = ({ state }: Campaign): boolean =>
  state === 'awaiting_approval' || state === 'scheduled' || state === 'sending';
export const isLaunched = ({ launched_at, audience_count }: Campaign): boolean =>
  launched_at !== null && audience_count !== null;

export type MayApprove = 'yes' | 'own' | 'no';

/** Where the brand asks for two people, whoever wrote or submitted a campaign may not approve it. */
export function mayApprove(campaign: Campaign, user: User, needsApproval: boolean): MayApprove {
  if (!user.permissions.includes('campaigns.approve')) return 'no';
  const isOwn = [campaign.created_by, campaign.submitted_by].includes(user.login);
  return needsApproval && isOwn ? 'own' : 'yes';
}
