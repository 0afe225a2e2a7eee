/** What a test SMS looks like and costs. */
import { segmentsOf, wholeText } from './message';

test('signature and opt-out line stand around the text', () => {
  expect(wholeText('青禾', '您好', '拒收请回复R')).toBe('【青禾】您好，拒收请回复R');
  expect(wholeText('青禾', '您好。', '拒收请回复R')).toBe('【青禾】您好。拒收请回复R');
  expect(wholeText('青禾', '【青禾】您好，拒收请回复R', '拒收请回复R')).toBe('【青禾】您好，拒收请回复R');
  expect(wholeText('', '您好', '')).toBe('您好');
});

test.each([
  [0, 0],
  [70, 1], // the longest single SMS
  [71, 2], // one character more is cut into pieces of 67
  [134, 2],
  [135, 3],
])('a text of %d characters is billed as %d segments', (length, segments) => {
  expect(segmentsOf('短'.repeat(length))).toBe(segments);
});

test('an emoji counts two, as carriers count', () => {
  expect(segmentsOf('🎁'.repeat(35))).toBe(1);
  expect(segmentsOf('🎁'.repeat(36))).toBe(2);
});
