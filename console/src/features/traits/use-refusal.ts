/** Where on the editor's form a refusal of the server is shown. */
import { useMemo } from 'react';
import { ApiProblem } from '@/client/problem';
import { faultyPart } from '@/ui/condition-tree';
import { useProblemText } from '@/ui/state-block';
import { type DraftRead, type Field, fieldOf, placeIn, withoutPlace } from './draft';

export interface Refusal {
  /** By field, in the reader's words. */
  wrong: Partial<Record<Field | 'name', string>>;
  /** The conditions that are meant. */
  faults: ReadonlySet<string>;
  /** The place in the definition that it names. */
  place: string | undefined;
  /** What is about no field. */
  other: string;
}

const NONE: Refusal = { wrong: {}, faults: new Set(), place: undefined, other: '' };

/** Whether a refusal is about the code that was chosen. */
const ofName = (code: string, text: string): boolean =>
  code === 'trait_name_taken' || (code === 'bad_input' && /\bname '/.test(text));

export function useRefusal(error: unknown, read: DraftRead): Refusal {
  const textOf = useProblemText();
  const text = error ? textOf(error) : '';
  const code = error instanceof ApiProblem ? error.code : '';
  return useMemo(() => {
    if (!text) return NONE;
    const field = ofName(code, text) ? 'name' : fieldOf(text);
    const part = faultyPart(read.places, text);
    return {
      wrong: field ? { [field]: withoutPlace(text) } : {},
      faults: part ? new Set([part]) : NONE.faults,
      place: placeIn(text),
      other: field ? '' : text,
    };
  }, [text, code, read]);
}
