/** The rows in sight are those that the box shows, and a few more. */
import { rowsInSight, startsOf } from './rows-in-sight';

test('starts add up the heights', () => {
  expect([...startsOf([40, 60, 50])]).toEqual([0, 40, 100, 150]);
});

test.each([
  [0, 100, 0, [0, 3]], // the third row begins where the box ends
  [45, 50, 0, [1, 2]], // in the middle of the second row
  [1e9, 100, 0, [2, 3]], // scrolled beyond the end, as when rows became fewer
  [45, 50, 8, [0, 3]], // never more than there are
])('from %d, %d high, %d beyond: %j', (top, height, beyond, expected) => {
  expect(rowsInSight(startsOf([40, 60, 50]), top, height, beyond)).toEqual(expected);
});

test('ten thousand rows keep some thirty in the page', () => {
  const starts = startsOf(Array.from({ length: 10_000 }, () => 56));
  const [first, last] = rowsInSight(starts, 280_000, 760, 8);
  expect(last - first).toBeLessThan(35);
  expect(starts[first]).toBeLessThan(280_000);
});

test('an empty list shows nothing', () => expect(rowsInSight(startsOf([]), 0, 100, 8)).toEqual([0, 0]));
