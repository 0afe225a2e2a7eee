/** Typed words in two languages: a missing or misspelt key does not compile. */
import { useSyncExternalStore } from 'react';
import { currentLanguage, type Language, onLanguage } from '@/client/language';

// biome-ignore lint/suspicious/noExplicitAny: a word may take any values that its own language gives it.
type Word = string | ((...values: any[]) => string);
type Same<Z> = {
  [K in keyof Z]: Z[K] extends (...values: infer A) => string ? (...values: A) => string : string;
};

export interface Words<Z = Record<string, Word>> {
  'zh-CN': Same<Z>;
  en: Same<Z>;
}

/** Chinese decides the keys; English must have exactly the same ones. */
export function defineWords<Z extends Record<string, Word>>(words: {
  'zh-CN': Z;
  en: NoInfer<Same<Z>>;
}): Words<Z> {
  return words as unknown as Words<Z>;
}

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, currentLanguage);
}

/** The words of one module in the reader's language. */
export function useWords<Z>(words: Words<Z>): Same<Z> {
  return words[useLanguage()];
}

/** A title that is written where it is declared. */
export interface Title {
  'zh-CN': string;
  en: string;
}
