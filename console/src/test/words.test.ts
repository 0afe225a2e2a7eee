/** Both languages are complete, and Chinese is punctuated as Chinese. */
import type { Words } from '@/ui/i18n';

const modules = import.meta.glob<Record<string, Words>>(['../**/words.ts', '../**/words/*.ts'], {
  eager: true,
});
const all = Object.entries(modules).flatMap(([path, exports]) =>
  Object.entries(exports)
    .filter(([, value]) => value && typeof value === 'object' && 'zh-CN' in value)
    .map(([name, value]) => ({ name: `${path} ${name}`, words: value })),
);

const HAN = /\p{Script=Han}/u;
const HALF_WIDTH = /\p{Script=Han}\s*[,;:!?]|[,;:!?]\s*\p{Script=Han}/u;
const textOf = (word: unknown): string => (typeof word === 'function' ? word.toString() : String(word));

test('there are words to check', () => expect(all.length).toBeGreaterThan(1));

describe.each(all)('$name', ({ words }) => {
  test('has the same keys in both languages', () => {
    expect(Object.keys(words.en).sort()).toEqual(Object.keys(words['zh-CN']).sort());
  });

  test('has the same kind of word in both languages', () => {
    for (const [key, word] of Object.entries(words['zh-CN']))
      expect(typeof words.en[key], key).toBe(typeof word);
  });

  test('says something in every word', () => {
    for (const language of ['zh-CN', 'en'] as const)
      for (const [key, word] of Object.entries(words[language]))
        expect(textOf(word).trim(), key).not.toBe('');
  });

  test('uses full-width punctuation in Chinese', () => {
    for (const [key, word] of Object.entries(words['zh-CN'])) {
      expect(textOf(word), key).not.toMatch(HALF_WIDTH);
      if (typeof word === 'string' && HAN.test(word)) expect(word, key).not.toContain(',');
    }
  });

  test('has no Chinese left in English', () => {
    for (const [key, word] of Object.entries(words.en)) expect(textOf(word), key).not.toMatch(HAN);
  });
});
