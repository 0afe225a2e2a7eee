/** Which rows of a long list are in sight, by their heights. */

/** Where each row begins, and after the last one how high all are together. */
export function startsOf(heights: number[]): Float64Array {
  const starts = new Float64Array(heights.length + 1);
  for (const [index, height] of heights.entries()) starts[index + 1] = (starts[index] ?? 0) + height;
  return starts;
}

/** The last row that begins at or above a height. */
function rowAt(starts: Float64Array, height: number): number {
  let low = 0;
  let high = Math.max(0, starts.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** From which row to before which, some more on both sides. */
export function rowsInSight(
  starts: Float64Array,
  top: number,
  height: number,
  beyond: number,
): [number, number] {
  const rows = starts.length - 1;
  if (rows <= 0) return [0, 0];
  const first = Math.max(0, rowAt(starts, top) - beyond);
  return [first, Math.min(rows, rowAt(starts, top + height) + 1 + beyond)];
}
