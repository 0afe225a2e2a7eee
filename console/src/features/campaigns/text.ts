/** Places in a template: where the server's findings stand, what surrounds the cursor. */
import type { Fault } from './queries';

/** The offset of a line and column that count characters from 1, as the server counts them. */
export function offsetOf(text: string, line: number, column: number): number {
  const rows = text.split('\n');
  const before = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
  const row = [...(rows[line - 1] ?? '')];
  return Math.min(text.length, before + row.slice(0, column - 1).join('').length);
}

export interface Place {
  start: number;
  end: number;
}

/** Where a finding stands; one without an excerpt stands between two characters. */
export function placeOf(
  text: string,
  { line, column, excerpt }: Pick<Fault, 'line' | 'column' | 'excerpt'>,
): Place {
  const start = offsetOf(text, line, column);
  if (!excerpt) return { start, end: start };
  const found = text.indexOf(excerpt, start);
  const from = found >= 0 && found - start <= excerpt.length + 4 ? found : start;
  return { start: from, end: Math.min(text.length, from + excerpt.length) };
}

export interface Piece {
  text: string;
  start: number;
  severity: string | undefined;
}

/** The text cut into plain and faulty pieces, in order; the worse of two faults on one place wins. */
export function piecesOf(text: string, faults: Fault[]): Piece[] {
  const marks: (string | undefined)[] = Array.from({ length: text.length });
  for (const fault of faults) {
    const { start, end } = placeOf(text, fault);
    for (let place = start; place < end; place += 1)
      if (marks[place] !== 'error') marks[place] = fault.severity;
  }
  const pieces: Piece[] = [];
  for (let place = 0; place < text.length; place += 1) {
    const last = pieces.at(-1);
    const letter = text[place] ?? '';
    if (last && last.severity === marks[place]) last.text += letter;
    else pieces.push({ text: letter, start: place, severity: marks[place] });
  }
  return pieces;
}

export interface Edited {
  text: string;
  /** Where the cursor stands afterwards. */
  caret: number;
}

/** `insert` in place of what is selected. */
export function inserted(text: string, { start, end }: Place, insert: string): Edited {
  return { text: text.slice(0, start) + insert + text.slice(end), caret: start + insert.length };
}

/** Characters as a person counts them. */
export const charactersOf = (text: string): number => [...text].length;
