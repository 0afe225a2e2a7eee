/** The server's definition of a segment and the tree of the condition builder, each made from the other. */
import type { Condition, Conditions } from '@/ui/condition-builder';
import { readSpecial, specialPart } from './special';

export type Definition = Record<string, unknown>;

export const NO_VALUE = new Set(['is_known', 'is_unknown']);
export const LISTS = new Set(['in', 'not_in']);

export interface Read {
  definition: Definition;
  /** Conditions and empty groups that are not filled in yet, by id. */
  incomplete: Set<string>;
  /** Where each condition and group stands in the definition, by id. */
  places: Map<string, string>;
}

let newest = 0;
const nextId = (): string => {
  newest += 1;
  return `part-${newest}`;
};

export const emptyConditions = (): Conditions => ({ id: nextId(), combinator: 'and', not: false, rules: [] });

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value in the shape that its operator takes: one, two, or a list. */
export function shaped(operator: string, value: unknown): unknown {
  if (operator === 'between') return Array.isArray(value) ? [value[0], value[1]] : [value, undefined];
  if (LISTS.has(operator)) {
    const list = Array.isArray(value) ? value : [value];
    return list.filter((each) => !isEmpty(each));
  }
  return Array.isArray(value) ? value[0] : value;
}

function isComplete(operator: string, value: unknown): boolean {
  if (NO_VALUE.has(operator)) return true;
  if (operator === 'between') return Array.isArray(value) && value.length === 2 && !value.some(isEmpty);
  if (LISTS.has(operator)) return Array.isArray(value) && value.length > 0;
  return !isEmpty(value);
}

function readRule(rule: Condition, path: string, found: Read): Definition {
  if (rule.id) found.places.set(rule.id, path);
  const special = readSpecial(rule);
  if (special) {
    if (!special.complete && rule.id) found.incomplete.add(rule.id);
    return special.definition;
  }
  const { field, operator } = rule;
  if (NO_VALUE.has(operator)) return { trait: field, op: operator };
  const value = shaped(operator, rule.value);
  if (!isComplete(operator, value) && rule.id) found.incomplete.add(rule.id);
  return { trait: field, op: operator, value };
}

function readGroup(group: Conditions, path: string, found: Read): Definition {
  if (group.id) found.places.set(group.id, path);
  const key = group.combinator === 'or' ? 'or' : 'and';
  const inside = group.not ? `${path}.not` : path;
  if (group.rules.length === 0 && path !== '$' && group.id) found.incomplete.add(group.id);
  const parts = group.rules
    .filter((part) => typeof part !== 'string')
    .map((part, index) => {
      const place = `${inside}.${key}[${index}]`;
      return 'rules' in part ? readGroup(part as Conditions, place, found) : readRule(part, place, found);
    });
  // "Any of" nothing would be nobody: an empty root is everybody, whatever its word.
  const joined = parts.length === 0 ? { and: [] } : { [key]: parts };
  return group.not ? { not: joined } : joined;
}

export function toDefinition(conditions: Conditions): Read {
  const found: Read = { definition: {}, incomplete: new Set(), places: new Map() };
  found.definition = readGroup(conditions, '$', found);
  return found;
}

function partOf(definition: unknown): Condition | Conditions {
  if (!isObject(definition)) throw new TypeError('a definition is an object');
  if ('trait' in definition)
    return {
      id: nextId(),
      field: String(definition.trait),
      operator: String(definition.op),
      value: definition.value ?? '',
    };
  const special = specialPart(definition);
  return special ? { id: nextId(), ...special } : groupOf(definition);
}

function groupOf(definition: Record<string, unknown>): Conditions {
  if ('not' in definition) {
    const inner = partOf(definition.not);
    if ('rules' in inner && !inner.not) return { ...(inner as Conditions), not: true };
    return { id: nextId(), combinator: 'and', not: true, rules: [inner] };
  }
  const key = 'or' in definition ? 'or' : 'and';
  const parts = definition[key];
  if (!Array.isArray(parts)) throw new TypeError('a group is a list');
  return { id: nextId(), combinator: key, not: false, rules: parts.map(partOf) };
}

/** The tree of a stored definition; throws TypeError when it is no definition. */
export function fromDefinition(definition: unknown): Conditions {
  const part = partOf(definition);
  return 'rules' in part
    ? (part as Conditions)
    : { id: nextId(), combinator: 'and', not: false, rules: [part] };
}

/** Whether two definitions are the same; the order of keys says nothing. */
export function sameDefinition(one: unknown, other: unknown): boolean {
  const plain = (definition: unknown) => JSON.stringify(toDefinition(fromDefinition(definition)).definition);
  try {
    return plain(one) === plain(other);
  } catch {
    return false;
  }
}

/** Whose fault a refusal names: the id of the part whose place is the longest beginning of the path. */
export function faultyPart(places: Map<string, string>, text: string): string | undefined {
  const path = text.match(/\$[.\w[\]]*/)?.[0];
  if (!path) return undefined;
  const within = (place: string) =>
    path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
  return [...places].filter(([, place]) => within(place)).sort((a, b) => b[1].length - a[1].length)[0]?.[0];
}

/** The names of the traits that a definition asks for, each once. */
export function traitsIn(definition: unknown): string[] {
  if (Array.isArray(definition)) return [...new Set(definition.flatMap(traitsIn))];
  if (!isObject(definition)) return [];
  if (typeof definition.trait === 'string') return [definition.trait];
  if (isObject(definition.top) && typeof definition.top.by === 'string') return [definition.top.by];
  return [...new Set(Object.values(definition).flatMap(traitsIn))];
}

/** What somebody typed, as a definition; nothing while it is no JSON object. */
export function parsed(text: string): Definition | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return isObject(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
