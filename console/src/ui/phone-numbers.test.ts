/** Typed numbers are read as people write them. */
import { areNumbers, numbersOf } from './phone-numbers';

test('numbers are read line by line, each once', () => {
  expect(numbersOf('138 0000 0001\n13800000002，13800000001\n\n')).toEqual(['13800000001', '13800000002']);
});

test.each([
  [[], false],
  [['13800000001'], true],
  [['+8613800000001'], true],
  [['abc'], false],
  [Array.from({ length: 11 }, (_, i) => `1380000000${i}`), false], // one too many
])('%j may be tested: %s', (numbers, may) => expect(areNumbers(numbers)).toBe(may));
