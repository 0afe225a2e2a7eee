/** The state of a campaign as a word with a colour. */
import { useWords } from '@/ui/i18n';
import { ToneTag } from '@/ui/tags';
import type { CampaignState } from '../queries';
import { STATE_TONE } from '../stands';
import { stateWords } from '../words/common';

export function StateTag({ state }: { state: CampaignState }) {
  const w = useWords(stateWords);
  return <ToneTag tone={STATE_TONE[state]}>{w[state]}</ToneTag>;
}
