/** The numbers that somebody typed for a test. */
export const NUMBERS_MAX = 10;

/** Numbers one a line, or with commas between; blanks inside a number do not matter. */
export function numbersOf(text: string): string[] {
  const parts = text.split(/[\n,，;；、]+/).map((each) => each.replace(/[\s-]/g, ''));
  return [...new Set(parts.filter(Boolean))];
}

export const areNumbers = (numbers: string[]): boolean =>
  numbers.length >= 1 && numbers.length <= NUMBERS_MAX && numbers.every((each) => /^\+?\d{5,19}$/.test(each));
