/** Which figures of a result are shown, and in which order. */
import { shownCounts } from './counts';

const ORDER = ['rows', 'rejected', 'order', 'refund'];

test('figures stand in our order, unknown ones behind', () => {
  expect(shownCounts({ novel: 3, order: 2, rows: 1 }, ORDER).map(([name]) => name)).toEqual([
    'rows',
    'order',
    'novel',
  ]);
});

test('a zero is shown only where none is news', () => {
  expect(shownCounts({ rejected: 0, refund: 0, order: 0 }, ORDER)).toEqual([
    ['rejected', 0],
    ['order', 0],
  ]);
});

test('what is no figure is left out', () => {
  expect(shownCounts({ reasons: [], max_bad_share: '0.01', rows: 5 }, ORDER)).toEqual([['rows', 5]]);
});
