/** A definition of a trait being worked on, and what the server is sent; each made from the other. */
import type { Conditions } from '@/ui/condition-builder';
import {
  type Definition,
  emptyConditions,
  fromDefinition,
  isObject,
  type Leaves,
  toDefinition,
} from '@/ui/condition-tree';
import { type Amounts, type FormulaRead, readFormula, writtenFormula } from './formula';

/** Aggregates of the facts themselves; the others are of a property. */
export const OF_FACTS = ['count', 'exists', 'days', 'gap'] as const;
export const OF_PROPERTIES = [
  'sum',
  'average',
  'min',
  'max',
  'first',
  'last',
  'distinct',
  'most_frequent',
] as const;
export type Measure = (typeof OF_FACTS)[number] | (typeof OF_PROPERTIES)[number];
export const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Period = (typeof PERIODS)[number];
export const WINDOWS = ['ever', 'days', 'calendar', 'since'] as const;

export const needsProperty = (measure: Measure): boolean => OF_PROPERTIES.some((one) => one === measure);

/** Everything that somebody entered for any kind of window is kept while another is looked at. */
export interface WindowDraft {
  kind: (typeof WINDOWS)[number];
  days: number | null;
  period: Period;
  /** How many periods before the current one. */
  back: number | null;
  which: 'first' | 'last';
  fact: string | undefined;
  where: Conditions;
}

export interface TraitDraft {
  kind: 'aggregate' | 'formula';
  fact: string | undefined;
  measure: Measure;
  of: string | undefined;
  where: Conditions;
  window: WindowDraft;
  formula: string;
}

/** The fields of the form; a refusal is shown beside the one it is about. */
export type Field = 'fact' | 'measure' | 'of' | 'where' | 'window' | 'sinceWhere' | 'formula';

export interface DraftRead {
  /** What the server is sent; nothing while something is missing. */
  definition: Definition | undefined;
  missing: Set<Field>;
  /** Where each condition stands in the definition, by its id. */
  places: Map<string, string>;
  formula: FormulaRead | undefined;
}

const PROPERTIES: Leaves = { key: 'property' };
const WHERE = '$.where';
const SINCE_WHERE = '$.window.since.where';

export const emptyDraft = (): TraitDraft => ({
  kind: 'aggregate',
  fact: 'order',
  measure: 'count',
  of: undefined,
  where: emptyConditions(),
  window: {
    kind: 'days',
    days: 90,
    period: 'month',
    back: 0,
    which: 'first',
    fact: undefined,
    where: emptyConditions(),
  },
  formula: '',
});

function filterOf(conditions: Conditions, root: string, field: Field, read: DraftRead): Definition {
  if (conditions.rules.length === 0) return {};
  const found = toDefinition(conditions, PROPERTIES, root);
  for (const [id, place] of found.places) read.places.set(id, place);
  if (found.incomplete.size > 0) read.missing.add(field);
  return { where: found.definition };
}

function windowOf(window: WindowDraft, read: DraftRead): Definition {
  const { kind, days, period, back, which, fact } = window;
  if (kind === 'ever') return {};
  if (kind === 'days') {
    if (!days) read.missing.add('window');
    return { window: { days } };
  }
  if (kind === 'calendar') return { window: { calendar: period, offset: -(back ?? 0) } };
  if (!fact) read.missing.add('window');
  return { window: { since: { [which]: fact, ...filterOf(window.where, SINCE_WHERE, 'sinceWhere', read) } } };
}

/** What the form says. */
export function readDraft(draft: TraitDraft, amounts: Amounts): DraftRead {
  const read: DraftRead = {
    definition: undefined,
    missing: new Set(),
    places: new Map(),
    formula: undefined,
  };
  if (draft.kind === 'formula') {
    const formula = readFormula(draft.formula, amounts);
    if (formula.fault) read.missing.add('formula');
    return { ...read, formula, definition: formula.fault ? undefined : { formula: formula.formula } };
  }
  const { fact, measure, of } = draft;
  if (!fact) read.missing.add('fact');
  if (needsProperty(measure) && !of) read.missing.add('of');
  const definition = {
    aggregate: measure,
    fact,
    ...(needsProperty(measure) ? { of } : {}),
    ...filterOf(draft.where, WHERE, 'where', read),
    ...windowOf(draft.window, read),
  };
  return { ...read, definition: read.missing.size === 0 ? definition : undefined };
}

const conditionsIn = (found: unknown): Conditions =>
  isObject(found) ? fromDefinition(found, PROPERTIES) : emptyConditions();

function windowFrom(found: unknown, empty: WindowDraft): WindowDraft {
  if (!isObject(found)) return { ...empty, kind: 'ever' };
  if (typeof found.days === 'number') return { ...empty, kind: 'days', days: found.days };
  if (typeof found.calendar === 'string')
    return {
      ...empty,
      kind: 'calendar',
      period: found.calendar as Period,
      back: Math.abs(Number(found.offset ?? 0)),
    };
  const since = isObject(found.since) ? found.since : {};
  const which = 'last' in since ? 'last' : 'first';
  return {
    ...empty,
    kind: 'since',
    which,
    fact: typeof since[which] === 'string' ? since[which] : undefined,
    where: conditionsIn(since.where),
  };
}

/** The form of a stored definition; throws TypeError when it is none. */
export function draftOf(definition: unknown, amounts: Amounts): TraitDraft {
  const empty = emptyDraft();
  if (!isObject(definition)) throw new TypeError('a definition is an object');
  if ('formula' in definition)
    return { ...empty, kind: 'formula', formula: writtenFormula(definition.formula, amounts) };
  return {
    ...empty,
    fact: typeof definition.fact === 'string' ? definition.fact : undefined,
    measure: definition.aggregate as Measure,
    of: typeof definition.of === 'string' ? definition.of : undefined,
    where: conditionsIn(definition.where),
    window: windowFrom(definition.window, empty.window),
  };
}

/** The place that a refusal names, as it stands in its sentence. */
export const placeIn = (text: string): string | undefined => text.match(/\$(?:\.[\w+*/-]+|\[\d+\])*/)?.[0];

/** A refusal that stands beside what it is about does not say where that is. */
export const withoutPlace = (text: string): string => text.replace(/^[^:：]*\$[^:：]*[:：]\s*/, '');

const FIELDS: [string, Field][] = [
  [SINCE_WHERE, 'sinceWhere'],
  ['$.window', 'window'],
  [WHERE, 'where'],
  ['$.fact', 'fact'],
  ['$.of', 'of'],
  ['$.aggregate', 'measure'],
  ['$.formula', 'formula'],
];

/** Beside which field a refusal belongs; nothing where it is about the whole. */
export function fieldOf(text: string): Field | undefined {
  const place = placeIn(text);
  return place === undefined ? undefined : FIELDS.find(([start]) => place.startsWith(start))?.[1];
}

/** A name that programs may use for it, made of what was chosen: order_count_90d. */
export function suggestedName(draft: TraitDraft, taken: ReadonlySet<string>): string {
  const { window } = draft;
  const span = {
    ever: '',
    days: window.days ? `${window.days}d` : '',
    calendar: window.back ? `${window.period}_${window.back}_before` : `this_${window.period}`,
    since: window.fact ? `since_${window.fact}` : '',
  }[window.kind];
  const parts =
    draft.kind === 'formula'
      ? ['formula']
      : [draft.fact ?? 'trait', draft.measure, needsProperty(draft.measure) ? draft.of : '', span];
  const base = parts
    .filter(Boolean)
    .join('_')
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '')
    .slice(0, 55);
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}

/** The traits that a formula names, each once. */
export function traitsIn(definition: unknown): string[] {
  if (Array.isArray(definition)) return [...new Set(definition.flatMap(traitsIn))];
  if (!isObject(definition)) return [];
  if (typeof definition.trait === 'string') return [definition.trait];
  return [...new Set(Object.values(definition).flatMap(traitsIn))];
}

/** The facts that an aggregate reads, the one that its window begins with among them, each once. */
export function factsIn(definition: unknown): string[] {
  if (!isObject(definition)) return [];
  const since =
    isObject(definition.window) && isObject(definition.window.since) ? definition.window.since : {};
  const found = [definition.fact, since.first, since.last];
  return [...new Set(found.filter((name) => typeof name === 'string'))];
}
