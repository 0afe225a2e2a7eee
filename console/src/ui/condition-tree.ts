/** Conditions as the server reads them and the tree of the condition builder, each made from the other. */
import type { Condition, Conditions } from './condition-builder';

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

/** What stands at the ends of a tree. */
export interface Leaves {
  /** Under which key a condition names what it asks about: a trait, a property of a fact. */
  key: string;
  /** Conditions of another kind than a question about a value; without them there are none. */
  special?: {
    read: (condition: Condition) => { definition: Definition; complete: boolean } | undefined;
    part: (definition: Definition) => Omit<Condition, 'id'> | undefined;
  };
}

let newest = 0;
const nextId = (): string => {
  newest += 1;
  return `part-${newest}`;
};

export const emptyConditions = (): Conditions => ({ id: nextId(), combinator: 'and', not: false, rules: [] });

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';
export const isObject = (value: unknown): value is Record<string, unknown> =>
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

/** One walk from the builder's tree to the definition. */
class Reader {
  readonly found: Read = { definition: {}, incomplete: new Set(), places: new Map() };
  private readonly leaves: Leaves;
  private readonly root: string;

  constructor(leaves: Leaves, root: string) {
    this.leaves = leaves;
    this.root = root;
  }

  rule(rule: Condition, path: string): Definition {
    const { places, incomplete } = this.found;
    if (rule.id) places.set(rule.id, path);
    const special = this.leaves.special?.read(rule);
    if (special) {
      if (!special.complete && rule.id) incomplete.add(rule.id);
      return special.definition;
    }
    const { field, operator } = rule;
    if (NO_VALUE.has(operator)) return { [this.leaves.key]: field, op: operator };
    const value = shaped(operator, rule.value);
    if (!isComplete(operator, value) && rule.id) incomplete.add(rule.id);
    return { [this.leaves.key]: field, op: operator, value };
  }

  group(group: Conditions, path: string): Definition {
    const { places, incomplete } = this.found;
    if (group.id) places.set(group.id, path);
    const key = group.combinator === 'or' ? 'or' : 'and';
    const inside = group.not ? `${path}.not` : path;
    if (group.rules.length === 0 && path !== this.root && group.id) incomplete.add(group.id);
    const parts = group.rules
      .filter((part) => typeof part !== 'string')
      .map((part, index) => {
        const place = `${inside}.${key}[${index}]`;
        return 'rules' in part ? this.group(part as Conditions, place) : this.rule(part, place);
      });
    // "Any of" nothing would be nobody: an empty root is everybody, whatever its word.
    const joined = parts.length === 0 ? { and: [] } : { [key]: parts };
    return group.not ? { not: joined } : joined;
  }
}

/** `root`: the place of the whole tree in what is sent, as refusals name it. */
export function toDefinition(conditions: Conditions, leaves: Leaves, root = '$'): Read {
  const reader = new Reader(leaves, root);
  reader.found.definition = reader.group(conditions, root);
  return reader.found;
}

function partOf(definition: unknown, leaves: Leaves): Condition | Conditions {
  if (!isObject(definition)) throw new TypeError('a definition is an object');
  if (leaves.key in definition)
    return {
      id: nextId(),
      field: String(definition[leaves.key]),
      operator: String(definition.op),
      value: definition.value ?? '',
    };
  const special = leaves.special?.part(definition);
  return special ? { id: nextId(), ...special } : groupOf(definition, leaves);
}

function groupOf(definition: Definition, leaves: Leaves): Conditions {
  if ('not' in definition) {
    const inner = partOf(definition.not, leaves);
    if ('rules' in inner && !inner.not) return { ...(inner as Conditions), not: true };
    return { id: nextId(), combinator: 'and', not: true, rules: [inner] };
  }
  const key = 'or' in definition ? 'or' : 'and';
  const parts = definition[key];
  if (!Array.isArray(parts)) throw new TypeError('a group is a list');
  return {
    id: nextId(),
    combinator: key,
    not: false,
    rules: parts.map((part) => partOf(part, leaves)),
  };
}

/** The tree of a stored definition; throws TypeError when it is no definition. */
export function fromDefinition(definition: unknown, leaves: Leaves): Conditions {
  const part = partOf(definition, leaves);
  return 'rules' in part
    ? (part as Conditions)
    : { id: nextId(), combinator: 'and', not: false, rules: [part] };
}

/** Whose fault a refusal names: the id of the part whose place is the longest beginning of the path. */
export function faultyPart(places: Map<string, string>, text: string): string | undefined {
  const path = text.match(/\$[.\w[\]]*/)?.[0];
  if (!path) return undefined;
  const within = (place: string) =>
    path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
  return [...places].filter(([, place]) => within(place)).sort((a, b) => b[1].length - a[1].length)[0]?.[0];
}
