/** What an entry of the audit log says, field by field. */
export interface Change {
  /** A field inside another is written with a dot: rfm.monetary_fen. */
  field: string;
  before: unknown;
  after: unknown;
}

interface Entry {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Conditions are said as a sentence, not field by field. */
const WHOLE = new Set(['definition']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

function leavesOf(side: Record<string, unknown> | null, above = ''): [string, unknown][] {
  return Object.entries(side ?? {}).flatMap(([name, value]): [string, unknown][] =>
    isObject(value) && !WHOLE.has(name)
      ? leavesOf(value, `${above}${name}.`)
      : [[`${above}${name}`, value] as [string, unknown]],
  );
}

/** Every field that either side names and that differs, in the order in which they come; nothing to nothing is no change. */
export function changesOf({ before, after }: Entry): Change[] {
  const [old, fresh] = [new Map(leavesOf(before)), new Map(leavesOf(after))];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((field) => ({ field, before: old.get(field), after: fresh.get(field) }))
    .filter(({ before: a, after: b }) => !(isEmpty(a) && isEmpty(b)))
    .filter(({ before: a, after: b }) => JSON.stringify(a) !== JSON.stringify(b));
}

/** How values are said; the reader's language, currency and zone are behind it. */
export interface Say {
  nothing: string;
  yes: string;
  no: string;
  /** A whole number of the smallest unit of the brand's currency. */
  money: (fen: number) => string;
  number: (value: number) => string;
  percent: (ratio: number) => string;
  moment: (at: string) => string;
  /** The word of a code in a field; the code where it has none. */
  word: (field: string, code: string) => string;
  definition: (definition: unknown) => string;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const CLOCK = /^(\d{2}:\d{2}):00$/;
const CENTIFEN = 100;
const BASIS_POINTS = 10_000;
/** Numbers that name a thing are not grouped by thousands. */
const NAMES = /(^|_)ids?$|^version$|^copied_from$/;

function numberText(field: string, value: number, say: Say): string {
  if (field.endsWith('_basis_points')) return say.percent(value / BASIS_POINTS);
  if (field.endsWith('_centifen')) return say.money(value / CENTIFEN);
  if (field.endsWith('_fen')) return say.money(value);
  return NAMES.test(field) ? String(value) : say.number(value);
}

/** A stored value as people say it. */
export function valueText(field: string, value: unknown, say: Say): string {
  if (isEmpty(value)) return say.nothing;
  if (field === 'definition') return say.definition(value);
  if (typeof value === 'boolean') return value ? say.yes : say.no;
  if (typeof value === 'number') return numberText(field, value, say);
  if (Array.isArray(value)) return value.map((each) => valueText(field, each, say)).join(' · ');
  if (isObject(value))
    return Object.entries(value)
      .map(([name, each]) => valueText(name, each, say))
      .join(' ');
  const text = String(value);
  if (MOMENT.test(text)) return say.moment(text);
  return CLOCK.exec(text)?.[1] ?? say.word(field, text);
}

/** The last part of a field's name, which says its unit: monetary_fen of rfm.monetary_fen. */
export const leafOf = (field: string): string => field.split('.').at(-1) ?? field;
