/** What the product is called, everywhere and in both languages, and what it is. */
export const PRODUCT = '思屿 Siyu';
export const PRODUCT_IS = { 'zh-CN': '私域客户运营', en: 'Private-domain customer operations' } as const;

/** The title of the browser's tab. */
export const tabTitle = (page: string): string => `${page} · ${PRODUCT}`;
