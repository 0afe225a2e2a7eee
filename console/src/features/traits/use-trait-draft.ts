/** The definition being worked on, read at every change, and after a pause in the typing for the server. */
import { useEffect, useMemo, useState } from 'react';
import type { Definition } from '@/ui/condition-tree';
import { minorDigits } from '@/ui/format';
import { useBrand } from '@/ui/session';
import { type DraftRead, draftOf, emptyDraft, readDraft, type TraitDraft } from './draft';
import type { Amounts } from './formula';
import { NUMBERS } from './listing';
import type { Trait } from './queries';

const PAUSE_MS = 500;

export interface Drafting {
  draft: TraitDraft;
  setDraft: (draft: TraitDraft) => void;
  read: DraftRead;
  settled: Definition | undefined;
}

function draftFrom(definition: unknown, amounts: Amounts): TraitDraft {
  if (definition === undefined) return emptyDraft();
  try {
    return draftOf(definition, amounts);
  } catch {
    return emptyDraft();
  }
}

export function useTraitDraft(initial: unknown, traits: Trait[]): Drafting {
  const { currency } = useBrand();
  const amounts = useMemo((): Amounts => {
    const types = new Map(traits.map(({ name, type }) => [name, type]));
    return {
      knows: (name) => NUMBERS.has(types.get(name) ?? ''),
      isMoney: (name) => types.get(name) === 'money',
      scale: 10 ** minorDigits(currency),
    };
  }, [traits, currency]);
  const [draft, setDraft] = useState(() => draftFrom(initial, amounts));
  const read = useMemo(() => readDraft(draft, amounts), [draft, amounts]);
  const serial = read.definition ? JSON.stringify(read.definition) : '';
  const [settled, setSettled] = useState(serial);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(serial), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [serial]);
  return {
    draft,
    setDraft,
    read,
    settled: useMemo(() => (settled ? (JSON.parse(settled) as Definition) : undefined), [settled]),
  };
}
