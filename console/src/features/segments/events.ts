/** Conditions on events as the builder has them: a count or a value of events, one after another, a first time. */
import type { Condition, Conditions } from '@/ui/condition-builder';
import {
  type Definition,
  emptyConditions,
  fromDefinition,
  isObject,
  toDefinition,
} from '@/ui/condition-tree';
import type { Trait } from '@/ui/trait-value';
import type { Fact, Property } from './queries';

export const EVENT = '#event';
export const SEQUENCE = '#sequence';
export const FIRST_TIME = '#first_time';

/** The operators of each; what an event is compared with stands in its value. */
export const EVENT_OPERATORS = {
  [EVENT]: ['measured'],
  [SEQUENCE]: ['followed', 'not_followed'],
  [FIRST_TIME]: ['first_in'],
} as const;
export type EventOperator = (typeof EVENT_OPERATORS)[keyof typeof EVENT_OPERATORS][number];

export const MEASURES = [
  'count',
  'days',
  'sum',
  'average',
  'min',
  'max',
  'first',
  'last',
  'distinct',
  'most_frequent',
  'gap',
  'exists',
] as const;
export type Measure = (typeof MEASURES)[number];
const OF_FACTS = new Set<Measure>(['count', 'days', 'gap', 'exists']);
const COUNTS = new Set<Measure>(['count', 'days', 'distinct']);

export const WINDOWS = ['ever', 'days', 'calendar'] as const;
export const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export const WHICH = ['any', 'first', 'last'] as const;
export const SPANS = ['days', 'hours', 'ever'] as const;

/** Everything entered for one kind of window is kept while another is looked at; `other`: written as JSON. */
export interface EventWindow {
  kind: (typeof WINDOWS)[number] | 'other';
  days: number | null;
  period: (typeof PERIODS)[number];
  back: number | null;
  written?: unknown;
}
export interface Step {
  fact: string | undefined;
  where: Conditions;
}
export interface EventDraft extends Step {
  measure: Measure;
  of: string | undefined;
  window: EventWindow;
  op: string;
  value: unknown;
}
export interface SequenceDraft {
  before: Step;
  after: Step;
  which: (typeof WHICH)[number];
  length: number | null;
  span: (typeof SPANS)[number];
  window: EventWindow;
}
export interface FirstTimeDraft extends Step {
  window: EventWindow;
}

export const needsProperty = (measure: Measure): boolean => !OF_FACTS.has(measure);
const lastDays = (days: number): EventWindow => ({ kind: 'days', days, period: 'month', back: 0 });
const step = (fact: string): Step => ({ fact, where: emptyConditions() });

export const eventOf = (value: unknown): EventDraft =>
  isObject(value)
    ? (value as unknown as EventDraft)
    : { ...step('order'), measure: 'count', of: undefined, window: lastDays(30), op: '>=', value: 1 };
export const sequenceOf = (value: unknown): SequenceDraft =>
  isObject(value)
    ? (value as unknown as SequenceDraft)
    : {
        before: step('cart_changed'),
        after: step('order'),
        which: 'last',
        length: 3,
        span: 'days',
        window: lastDays(30),
      };
export const firstTimeOf = (value: unknown): FirstTimeDraft =>
  isObject(value) ? (value as unknown as FirstTimeDraft) : { ...step('order'), window: lastDays(30) };

/** What the condition compares, as the entry of values wants it. */
export function measuredAs({ measure, of }: EventDraft, fact: Fact | undefined): Trait | undefined {
  const property = fact?.properties.find(({ name }) => name === of);
  const plain = {
    name: measure,
    unit: '',
    label: { zh: '', en: '' },
    definition: { zh: '', en: '' },
    choices: {},
  };
  if (COUNTS.has(measure)) return { ...plain, type: 'integer' };
  if (measure === 'gap') return { ...plain, type: 'number', unit: 'days' };
  if (measure === 'exists') return { ...plain, type: 'boolean' };
  if (!property) return undefined;
  const type = measure === 'average' && property.type === 'integer' ? 'number' : property.type;
  return { ...plain, type, unit: property.unit };
}

export const fitting = (fact: Fact | undefined, measure: Measure): Property[] =>
  (fact?.properties ?? []).filter(({ measures }) => measures.some((one) => one === measure));

/** One walk over a draft: what the server is sent, and whether anything is missing. */
class Reader {
  complete = true;

  step({ fact, where }: Step): Definition {
    if (!fact) this.complete = false;
    if (where.rules.length === 0) return { fact };
    const found = toDefinition(where, { key: 'property' });
    if (found.incomplete.size > 0) this.complete = false;
    return { fact, where: found.definition };
  }

  window({ kind, days, period, back, written }: EventWindow): Definition {
    if (kind === 'ever') return {};
    if (kind === 'other') return { window: written };
    if (kind === 'calendar') return { window: { calendar: period, offset: back ? -back : 0 } };
    if (!days) this.complete = false;
    return { window: { days } };
  }

  within({ span, length }: SequenceDraft): Definition {
    if (span === 'ever') return {};
    if (!length) this.complete = false;
    return { within: { [span]: length } };
  }

  compared({ op, value }: EventDraft): Definition {
    const one = { id: 'value', field: 'value', operator: op, value };
    const found = toDefinition({ id: 'all', combinator: 'and', rules: [one] }, { key: 'is' });
    if (found.incomplete.size > 0) this.complete = false;
    const [{ is: _, ...rest } = {}] = found.definition.and as Definition[];
    return rest;
  }
}

/** The definition of such a condition and whether it is filled in; nothing for another. */
export function readEvent(condition: Condition): { definition: Definition; complete: boolean } | undefined {
  const read = new Reader();
  const definition = definitionOf(condition, read);
  return definition && { definition, complete: read.complete };
}

function definitionOf({ field, operator, value }: Condition, read: Reader): Definition | undefined {
  if (field === EVENT) {
    const draft = eventOf(value);
    const { measure, of } = draft;
    if (needsProperty(measure) && !of) read.complete = false;
    const property = needsProperty(measure) ? { of } : {};
    const event = { aggregate: measure, ...read.step(draft), ...property, ...read.window(draft.window) };
    return { event, ...read.compared(draft) };
  }
  if (field === SEQUENCE) {
    const draft = sequenceOf(value);
    const following = operator === 'not_followed' ? 'not_then' : 'then';
    const [before, after] = [read.step(draft.before), read.step(draft.after)];
    const rest = { ...read.within(draft), which: draft.which, ...read.window(draft.window) };
    return { sequence: { first: before, [following]: after, ...rest } };
  }
  if (field !== FIRST_TIME) return undefined;
  const draft = firstTimeOf(value);
  if (draft.window.kind === 'ever') read.complete = false;
  return { first_time: { ...read.step(draft), ...read.window(draft.window) } };
}

const stepFrom = (found: unknown): Step => {
  const { fact, where } = isObject(found) ? found : {};
  return {
    fact: typeof fact === 'string' ? fact : undefined,
    where: isObject(where) ? fromDefinition(where, { key: 'property' }) : emptyConditions(),
  };
};

function windowFrom(found: unknown): EventWindow {
  const empty = lastDays(30);
  if (found === undefined || found === null) return { ...empty, kind: 'ever' };
  if (isObject(found) && typeof found.days === 'number') return { ...empty, days: found.days };
  if (isObject(found) && typeof found.calendar === 'string') {
    const period = found.calendar as EventWindow['period'];
    return { ...empty, kind: 'calendar', period, back: Math.abs(Number(found.offset ?? 0)) };
  }
  return { ...empty, kind: 'other', written: found };
}

/** The condition of such a definition; nothing for another. */
export function eventPart(definition: Definition): Omit<Condition, 'id'> | undefined {
  const { event, sequence, first_time: firstTime } = definition;
  if (isObject(event)) {
    const value: EventDraft = {
      ...stepFrom(event),
      measure: event.aggregate as Measure,
      of: typeof event.of === 'string' ? event.of : undefined,
      window: windowFrom(event.window),
      op: String(definition.op),
      value: definition.value ?? '',
    };
    return { field: EVENT, operator: 'measured', value };
  }
  if (isObject(sequence)) {
    const within = isObject(sequence.within) ? sequence.within : {};
    const span = 'days' in within ? 'days' : 'hours' in within ? 'hours' : 'ever';
    const value: SequenceDraft = {
      before: stepFrom(sequence.first),
      after: stepFrom(sequence.then ?? sequence.not_then),
      which: (sequence.which ?? 'any') as SequenceDraft['which'],
      length: typeof within[span] === 'number' ? within[span] : null,
      span,
      window: windowFrom(sequence.window),
    };
    return { field: SEQUENCE, operator: 'not_then' in sequence ? 'not_followed' : 'followed', value };
  }
  if (!isObject(firstTime)) return undefined;
  const value: FirstTimeDraft = { ...stepFrom(firstTime), window: windowFrom(firstTime.window) };
  return { field: FIRST_TIME, operator: 'first_in', value };
}
