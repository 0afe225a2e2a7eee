/** The server's definition of a segment and the tree of the condition builder, each made from the other. */
import type { Conditions } from '@/ui/condition-builder';
import {
  type Definition,
  isObject,
  type Leaves,
  type Read,
  fromDefinition as treeOf,
  toDefinition as treeRead,
} from '@/ui/condition-tree';
import { eventPart, readEvent } from './events';
import { readSpecial, specialPart } from './special';

export { type Definition, emptyConditions, faultyPart, type Read } from '@/ui/condition-tree';

const LEAVES: Leaves = {
  key: 'trait',
  special: {
    read: (condition) => readEvent(condition) ?? readSpecial(condition),
    part: (definition) => eventPart(definition) ?? specialPart(definition),
  },
};

export const toDefinition = (conditions: Conditions): Read => treeRead(conditions, LEAVES);

/** The tree of a stored definition; throws TypeError when it is no definition. */
export const fromDefinition = (definition: unknown): Conditions => treeOf(definition, LEAVES);

/** Whether two definitions are the same; the order of keys says nothing. */
export function sameDefinition(one: unknown, other: unknown): boolean {
  const plain = (definition: unknown) => JSON.stringify(toDefinition(fromDefinition(definition)).definition);
  try {
    return plain(one) === plain(other);
  } catch {
    return false;
  }
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
