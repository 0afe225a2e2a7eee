/** What keeps a draft from being submitted, each with the step where it is mended. */
import { useLanguage, useWords } from '@/ui/i18n';
import type { Draft } from '../draft';
import type { Check } from '../queries';
import { isPast } from '../schedule';
import { words } from '../words/wizard';

export const STEPS = ['audience', 'content', 'timing', 'review'] as const;
export type Step = (typeof STEPS)[number];

export interface Fix {
  text: string;
  /** Absent where it is mended elsewhere, as in the settings of the channel. */
  step?: Step;
}

export function useFixes(draft: Draft, check: Check | undefined): Fix[] {
  const w = useWords(words);
  const isChinese = useLanguage() === 'zh-CN';
  const fixes: Fix[] = [];
  if (!draft.name.trim()) fixes.push({ text: w.fixName, step: 'audience' });
  if (draft.segment_id === null) fixes.push({ text: w.fixSegment, step: 'audience' });
  if (check?.headcount?.treated === 0) fixes.push({ text: w.fixNobody, step: 'audience' });
  for (const fault of check?.template ?? [])
    if (fault.severity === 'error')
      fixes.push({ text: isChinese ? fault.remedy_zh : fault.remedy, step: 'content' });
  if (draft.scheduled_at && isPast(draft.scheduled_at, new Date()))
    fixes.push({ text: w.whenPast, step: 'timing' });
  const problem = isChinese ? check?.channel_problem_zh : check?.channel_problem;
  if (problem) fixes.push({ text: problem });
  return fixes;
}
