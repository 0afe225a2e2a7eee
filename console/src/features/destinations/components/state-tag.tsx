/** How a destination stands, in a word. */
import { useWords } from '@/ui/i18n';
import { ToneTag } from '@/ui/tags';
import type { Destination } from '../queries';
import { shownState, toneOf } from '../standing';
import { stateWords } from '../words';

export function StateTag({ one }: { one: Destination }) {
  const states = useWords(stateWords);
  return <ToneTag tone={toneOf(one)}>{states[shownState(one)]}</ToneTag>;
}
