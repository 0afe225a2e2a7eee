/** Conditions that are not about a trait's value, as the builder has them: another segment, a random share, a top. */
import type { Condition } from '@/ui/condition-builder';

export const SEGMENT = '#segment';
export const SHARE = '#share';
export const TOP = '#top';

/** The operators of each; of a segment and a top they are part of the definition. */
export const SPECIAL_OPERATORS = {
  [SEGMENT]: ['in_segment', 'not_in_segment'],
  [SHARE]: ['drawn'],
  [TOP]: ['highest', 'lowest'],
} as const;
export type SpecialOperator = (typeof SPECIAL_OPERATORS)[keyof typeof SPECIAL_OPERATORS][number];

export const RANKED = new Set(['integer', 'money', 'number', 'moment']);

export interface Share {
  of?: number;
  salt?: string;
}
export interface Top {
  n?: number;
  by?: string;
  within?: 'all' | 'group';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const shareOf = (value: unknown): Share => (isObject(value) ? (value as Share) : {});
export const topOf = (value: unknown): Top => (isObject(value) ? (value as Top) : {});

/** A salt for a share that was not drawn before. */
export const newSalt = (): string => Math.random().toString(36).slice(2, 8);

interface Special {
  definition: Record<string, unknown>;
  complete: boolean;
}

/** The definition of such a condition and whether it is filled in; nothing for a trait's. */
export function readSpecial({ field, operator, value }: Condition): Special | undefined {
  if (field === SEGMENT)
    return {
      definition: { segment: value, op: operator === 'not_in_segment' ? 'not_in' : 'in' },
      complete: typeof value === 'number',
    };
  if (field === SHARE) {
    const { of, salt } = shareOf(value);
    return { definition: { share: { of, salt } }, complete: Boolean(of && salt) };
  }
  if (field === TOP) {
    const { n, by, within = 'all' } = topOf(value);
    return { definition: { top: { n, by, order: operator, within } }, complete: Boolean(n && by) };
  }
  return undefined;
}

/** The condition of such a definition; nothing for another. */
export function specialPart(definition: Record<string, unknown>): Omit<Condition, 'id'> | undefined {
  if ('segment' in definition)
    return {
      field: SEGMENT,
      operator: definition.op === 'not_in' ? 'not_in_segment' : 'in_segment',
      value: definition.segment,
    };
  if (isObject(definition.share)) return { field: SHARE, operator: 'drawn', value: definition.share };
  if (isObject(definition.top)) {
    const { order = 'highest', n, by, within = 'all' } = definition.top;
    return { field: TOP, operator: String(order), value: { n, by, within } };
  }
  return undefined;
}
