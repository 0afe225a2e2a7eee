/** Where on the editor's form a refusal of the server is shown. */
import { useMemo } from 'react';
import { ApiProblem } from '@/client/problem';
import { faultyPart } from '@/ui/condition-tree';
import { useProblemText } from '@/ui/state-block';
import { type DraftRead, type Field, fieldOf } from './draft';

export interface Refusal {
  /** By field, in the reader's words. */
  wrong: Partial<Record<Field | 'name', string>>;
  /** The conditions that are meant. */
  faults: ReadonlySet<string>;
  /** What is about no field. */
  other: string;
}

const NONE: Refusal = { wrong: {}, faults: new Set(), other: '' };
const OF_NAMES = new Set(['trait_name_taken']);

export function useRefusal(error: unknown, read: DraftRead): Refusal {
  const textOf = useProblemText();
  const text = error ? textOf(error) : '';
  const code = error instanceof ApiProblem ? error.code : '';
  return useMemo(() => {
    if (!text) return NONE;
    const field = OF_NAMES.has(code) || /\bname\b/.test(text.split('：')[0] ?? '') ? 'name' : fieldOf(text);
    const part = faultyPart(read.places, text);
    return {
      wrong: field ? { [field]: text } : {},
      faults: part ? new Set([part]) : NONE.faults,
      other: field ? '' : text,
    };
  }, [text, code, read]);
}
