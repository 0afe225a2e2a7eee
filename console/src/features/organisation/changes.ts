/** What an entry of the audit log says, field by field. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

interface Entry {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Every field that either side names, in the order in which they come. */
export function changesOf({ before, after }: Entry): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields.map((field) => ({ field, before: before?.[field], after: after?.[field] }));
}

export interface ValueWords {
  nothing: string;
  yes: string;
  no: string;
}

const BASIS_POINTS = /_basis_points$/;

/** A stored value as people say it: shares in per cent, lists with commas; `word` names the codes that have a word. */
export function valueText(
  field: string,
  value: unknown,
  w: ValueWords,
  word: (code: string) => string = (code) => code,
): string {
  if (value === null || value === undefined || value === '') return w.nothing;
  if (typeof value === 'boolean') return value ? w.yes : w.no;
  if (typeof value === 'number' && BASIS_POINTS.test(field)) return `${value / 100}%`;
  if (Array.isArray(value)) {
    const parts = value.map((each) => valueText(field, each, w, word));
    return parts.length > 0 ? parts.join(' · ') : w.nothing;
  }
  if (typeof value === 'object') return JSON.stringify(value);
  return word(String(value));
}
