/** The state of a campaign as a word with a colour. */
import type { components } from '@/client/schema';
import { stateWords } from './campaign-words';
import { useWords } from './i18n';
import { type Tone, ToneTag } from './tags';

export type CampaignState = components['schemas']['CampaignState'];

const TONES: Record<CampaignState, Tone> = {
  draft: 'neutral',
  awaiting_approval: 'warning',
  scheduled: 'running',
  sending: 'running',
  sent: 'good',
  stopped: 'neutral',
  failed: 'bad',
};

export function CampaignStateTag({ state }: { state: CampaignState }) {
  const w = useWords(stateWords);
  return <ToneTag tone={TONES[state]}>{w[state]}</ToneTag>;
}
