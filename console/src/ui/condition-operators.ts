/** The operators that a type of value takes, as the condition builder shows them. */
import type { ConditionOperator } from './condition-builder';

/** By type, as the server says it. */
export type OperatorsByType = Record<string, string[]>;

/** `names`: the operators in words, by permanent code. */
export const operatorsFor = (
  operators: OperatorsByType,
  type: string | undefined,
  names: Record<string, string>,
): ConditionOperator[] =>
  (operators[type ?? 'text'] ?? []).map((name) => ({ name, value: name, label: names[name] ?? name }));
