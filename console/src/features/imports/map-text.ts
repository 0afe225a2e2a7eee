/** The text of an import map, edited in place: whatever the editor does not know, comments included, stays as it is. */
export interface Rule {
  column?: string;
  constant?: string;
  transform?: string;
}

export type Columns = Record<string, Rule>;

/** Words that YAML reads as something other than text. */
const NOT_TEXT = new Set(['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'y', 'n', '~']);
const PLAIN = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const TOP = /^([a-z_]+):(.*)$/;
const ENTRY = /^\s+([a-z_]+):(.*)$/;

/** A text as YAML reads it back: plain where that is safe, in double quotes otherwise. */
export const quoted = (text: string): string =>
  PLAIN.test(text) && !NOT_TEXT.has(text.toLowerCase()) ? text : JSON.stringify(text);

/** Reads one scalar from the start of a text; the rest begins behind it. `ends` are the characters that end a plain one. */
function readScalar(text: string, ends: string): { value: string; rest: string } {
  const from = text.trimStart();
  if (from.startsWith('"')) {
    const end = /^"(?:[^"\\]|\\.)*"/.exec(from)?.[0] ?? from;
    return { value: unescaped(end), rest: from.slice(end.length) };
  }
  if (from.startsWith("'")) {
    const end = /^'(?:[^']|'')*'/.exec(from)?.[0] ?? from;
    return { value: end.slice(1, -1).replaceAll("''", "'"), rest: from.slice(end.length) };
  }
  let length = 0;
  while (length < from.length && !ends.includes(from[length] ?? '')) {
    if (from[length] === '#' && (length === 0 || /\s/.test(from[length - 1] ?? ''))) break;
    length += 1;
  }
  return { value: from.slice(0, length).trim(), rest: from.slice(length) };
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

/** `{column: X, transform: digits}` */
function readFlow(text: string): Rule {
  const rule: Record<string, string> = {};
  let rest = text.trimStart().slice(1);
  while (rest && !rest.trimStart().startsWith('}')) {
    const key = readScalar(rest, ':,}');
    const value = readScalar(key.rest.replace(/^\s*:/, ''), ',}');
    rule[key.value] = value.value;
    rest = value.rest.replace(/^\s*,/, '');
    if (!key.value && !value.value) break;
  }
  return rule;
}

function readRule(text: string): Rule {
  if (text.trimStart().startsWith('{')) return readFlow(text);
  return { column: readScalar(text, '').value };
}

function writtenRule({ column, constant, transform }: Rule): string {
  if (constant !== undefined) return `{constant: ${quoted(constant)}}`;
  return transform ? `{column: ${quoted(column ?? '')}, transform: ${transform}}` : quoted(column ?? '');
}

/** The lines of the block `columns:`: where its first entry is or would be, and where it ends. */
function blockOf(lines: string[]): { from: number; to: number } | undefined {
  const head = lines.findIndex((line) => /^columns:\s*(#.*)?$/.test(line));
  if (head < 0) return undefined;
  let to = head + 1;
  for (let index = head + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^\S/.test(line) && !line.startsWith('#')) break;
    if (/^\s+\S/.test(line)) to = index + 1;
  }
  return { from: head + 1, to };
}

/** Which field each column fills; empty when the text has no readable block. */
export function columnsOf(text: string): Columns {
  const lines = text.split('\n');
  const block = blockOf(lines);
  const found = lines.slice(block?.from ?? 0, block?.to ?? 0).flatMap((line): [string, Rule][] => {
    const [, name, rest = ''] = ENTRY.exec(line) ?? [];
    return name ? [[name, readRule(rest)]] : [];
  });
  return Object.fromEntries(found);
}

/** The text in which the field is filled like this, or not at all without a rule. */
export function withRule(text: string, field: string, rule: Rule | undefined): string {
  const lines = text.split('\n');
  const block = blockOf(lines);
  if (!block) {
    if (!rule) return text;
    return `${text.replace(/\n*$/, '\n')}columns:\n  ${field}: ${writtenRule(rule)}\n`;
  }
  const at = lines.findIndex(
    (line, index) => index >= block.from && index < block.to && ENTRY.exec(line)?.[1] === field,
  );
  const written = rule ? [`  ${field}: ${writtenRule(rule)}`] : [];
  if (at >= 0) lines.splice(at, 1, ...written);
  else lines.splice(block.to, 0, ...written);
  return lines.join('\n');
}

/** A setting outside the columns, such as currency; undefined when the text does not say it. */
export function settingOf(text: string, name: string): string | undefined {
  const line = text.split('\n').find((each) => TOP.exec(each)?.[1] === name);
  if (line === undefined) return undefined;
  return readScalar(TOP.exec(line)?.[2] ?? '', '').value || undefined;
}

/** The text with the setting changed, or added above the columns. */
export function withSetting(text: string, name: string, value: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => TOP.exec(line)?.[1] === name);
  const written = `${name}: ${quoted(value)}`;
  if (at >= 0) {
    lines[at] = written;
    return lines.join('\n');
  }
  const head = lines.findIndex((line) => /^columns:/.test(line));
  lines.splice(head < 0 ? lines.length : head, 0, written);
  return lines.join('\n');
}

/** The lines that a list takes below its name when it is written as a block. */
function itemsBelow(lines: string[], at: number): number {
  let count = 0;
  while (/^\s*-\s/.test(lines[at + 1 + count] ?? '')) count += 1;
  return count;
}

/** A list outside the columns, such as the formats of dates; empty when the text does not say it. */
export function listOf(text: string, name: string): string[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => TOP.exec(line)?.[1] === name);
  if (at < 0) return [];
  const below = lines.slice(at + 1, at + 1 + itemsBelow(lines, at));
  if (below.length > 0) return below.map((line) => readScalar(line.replace(/^\s*-\s/, ''), '').value);
  const values: string[] = [];
  let rest = (TOP.exec(lines[at] ?? '')?.[2] ?? '').trim().replace(/^\[/, '');
  while (rest.trim() && !rest.trimStart().startsWith(']')) {
    const { value, rest: behind } = readScalar(rest, ',]');
    if (value) values.push(value);
    rest = behind.trimStart().replace(/^,/, '');
    if (rest === behind && !value) break;
  }
  return values;
}

/** The text with the list changed in place, or added above the columns; an empty list is left out. */
export function withList(text: string, name: string, values: string[]): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => TOP.exec(line)?.[1] === name);
  const written = values.length > 0 ? [`${name}: [${values.map(quoted).join(', ')}]`] : [];
  if (at >= 0) lines.splice(at, 1 + itemsBelow(lines, at), ...written);
  else {
    const head = lines.findIndex((line) => /^columns:/.test(line));
    lines.splice(head < 0 ? lines.length : head, 0, ...written);
  }
  return lines.join('\n');
}
