/** The steps of a rule as people write them, and as the server takes them. */
import type { MendingStep } from './queries';

export const MENDS = [
  'rename_property',
  'convert_property',
  'set_property',
  'drop_property',
  'rename_event',
  'drop_identity',
  'set_version',
] as const;
export type Mend = (typeof MENDS)[number];

/** A step in the form: everything is text. */
export interface Draft {
  do: Mend;
  name: string;
  value: string;
}

export const needsName = (mend: Mend): boolean => mend !== 'rename_event' && mend !== 'set_version';
export const needsValue = (mend: Mend): boolean => mend !== 'drop_property' && mend !== 'drop_identity';

/** true, false and numbers as such, anything else as text. */
export function readValue(text: string): string | number | boolean {
  const plain = text.trim();
  if (plain === 'true' || plain === 'false') return plain === 'true';
  return /^-?\d{1,15}(\.\d+)?$/.test(plain) ? Number(plain) : text;
}

function stepOf({ do: mend, name, value }: Draft): MendingStep | undefined {
  const named = needsName(mend) ? name.trim() : '';
  if (needsName(mend) && !named) return undefined;
  if (!needsValue(mend)) return { do: mend, name: named, value: null };
  if (mend === 'set_version') {
    if (!value.trim()) return { do: mend, name: '', value: null };
    return /^\d{1,4}$/.test(value.trim()) ? { do: mend, name: '', value: Number(value) } : undefined;
  }
  if (mend === 'set_property') return { do: mend, name: named, value: readValue(value) };
  return value.trim() ? { do: mend, name: named, value: value.trim() } : undefined;
}

/** The steps, or nothing while one of them is not complete. */
export function stepsOf(drafts: Draft[]): MendingStep[] | undefined {
  const steps = drafts.map(stepOf);
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

/** What is likely to mend events that were rejected for this reason. */
export function firstDraft(reason: string, field: string): Draft[] {
  if (reason === 'property_mistyped') return [{ do: 'convert_property', name: field, value: 'number' }];
  if (reason === 'property_missing') return [{ do: 'set_property', name: field, value: '' }];
  if (reason === 'identity_malformed') return [{ do: 'drop_identity', name: field, value: '' }];
  if (reason === 'version_unknown') return [{ do: 'set_version', name: '', value: '' }];
  return [{ do: 'rename_event', name: '', value: '' }];
}

/** Whether something in the value was hidden from the reader. */
export const holdsHidden = (value: unknown): boolean => JSON.stringify(value ?? null).includes('***');

/** A JSON object that a person wrote, or nothing. */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return found && typeof found === 'object' && !Array.isArray(found)
      ? (found as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
