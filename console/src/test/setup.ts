/** What jsdom lacks, and a clean slate after every test. */
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { chooseLanguage } from '@/client/language';

// A busy machine draws late; a page that never draws still fails, a little later.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  chooseLanguage('zh-CN');
  localStorage.clear();
  window.history.replaceState(null, '', '/');
});

class Resizes {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= Resizes;
window.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addListener() {},
  removeListener() {},
  addEventListener() {},
  removeEventListener() {},
  dispatchEvent: () => false,
})) as typeof window.matchMedia;
