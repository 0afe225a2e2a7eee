/** The definition being worked on: as a tree in the builder or as text, always one definition. */
import { useEffect, useMemo, useState } from 'react';
import type { Conditions } from '@/ui/condition-builder';
import { type Definition, emptyConditions, fromDefinition, parsed, toDefinition } from './definition';

export type View = 'builder' | 'json';
const PAUSE_MS = 400;

export interface Draft {
  view: View;
  setView: (view: View) => void;
  conditions: Conditions;
  setConditions: (conditions: Conditions) => void;
  text: string;
  setText: (text: string) => void;
  replace: (definition: unknown) => void;
  places: Map<string, string>;
  incomplete: number;
  isEmpty: boolean;
  problem: 'jsonBad' | 'jsonForeign' | undefined;
  /** Nothing while something is missing or cannot be read. */
  definition: Definition | undefined;
  /** The definition after a pause in the typing, for the server. */
  settled: Definition | undefined;
}

const pretty = (definition: unknown): string => JSON.stringify(definition, null, 2);

function conditionsOf(definition: unknown): Conditions {
  try {
    return fromDefinition(definition);
  } catch {
    return emptyConditions();
  }
}

export function useDraft(initial: unknown): Draft {
  const [conditions, setConditions] = useState(() => conditionsOf(initial));
  const [view, setViewNow] = useState<View>('builder');
  const [text, setTextNow] = useState('');
  const [foreign, setForeign] = useState(false);
  const read = useMemo(() => toDefinition(conditions), [conditions]);
  const typed = useMemo(() => (view === 'json' ? parsed(text) : undefined), [view, text]);
  const inBuilder = view === 'builder';
  const definition = inBuilder ? (read.incomplete.size === 0 ? read.definition : undefined) : typed;
  const serial = definition ? JSON.stringify(definition) : '';
  const [settled, setSettled] = useState(serial);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(serial), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [serial]);

  const setView = (wanted: View) => {
    if (wanted === view) return;
    if (wanted === 'json') setTextNow(pretty(read.definition));
    else {
      try {
        setConditions(fromDefinition(typed));
      } catch {
        setForeign(true);
        return;
      }
    }
    setForeign(false);
    setViewNow(wanted);
  };
  return {
    view,
    setView,
    conditions,
    setConditions,
    text,
    setText: (next) => {
      setForeign(false);
      setTextNow(next);
    },
    replace: (next) => setConditions(conditionsOf(next)),
    places: read.places,
    incomplete: inBuilder ? read.incomplete.size : 0,
    isEmpty: conditions.rules.length === 0,
    problem: inBuilder ? undefined : !typed ? 'jsonBad' : foreign ? 'jsonForeign' : undefined,
    definition,
    settled: useMemo(() => (settled ? (JSON.parse(settled) as Definition) : undefined), [settled]),
  };
}
