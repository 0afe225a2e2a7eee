/** The language a person reads, remembered in the browser and told to the server with every request. */
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'siyu.language';
const listeners = new Set<() => void>();

/** The choice made on this browser; storage can be forbidden by its privacy settings. */
function chosenHere(): Language | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return LANGUAGES.find((language) => language === kept);
  } catch {
    return undefined;
  }
}

let current: Language = chosenHere() ?? 'zh-CN';

export const currentLanguage = (): Language => current;

export function chooseLanguage(language: Language): void {
  current = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

/** The language of a person's account holds on a browser where nobody has chosen one. */
export function adoptLanguage(language: string): void {
  const known = LANGUAGES.find((each) => each === language);
  if (known && known !== current && !chosenHere()) chooseLanguage(known);
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
