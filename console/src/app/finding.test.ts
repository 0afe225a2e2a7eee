/** A page is found by either language, by its group, and by the first letters in pinyin. */
import type { FeatureRoute, NavGroup } from '@/ui/feature';
import { initialsOf, pagesFound } from './finding';
import { groupAt, type NavRoute, selectedPath, trailOf } from './places';

const page = (path: string, zh: string, en: string, group: NavGroup): NavRoute => ({
  path,
  title: { 'zh-CN': zh, en },
  load: async () => () => null,
  nav: { group, order: 1, icon: null },
});

const PAGES = [
  page('/customers', '客户列表', 'Customer list', 'customers'),
  page('/customers/tags', '标签', 'Tags', 'customers'),
  page('/settings/customer-fields', '客户字段', 'Customer fields', 'customers'),
  page('/suppressions', '禁发名单', 'Suppressions', 'compliance'),
  page('/settings/api-keys', 'API 密钥', 'API keys', 'system'),
];
const found = (typed: string): string[] => pagesFound(PAGES, typed).map(({ path }) => path);

test.each([
  ['客户列表', 'khlb'],
  ['禁发名单', 'jfmd'],
  ['隐私台', 'yst'],
  ['API 密钥', 'api my'],
])('%s is %s', (text, initials) => expect(initialsOf(text)).toBe(initials));

test.each([
  ['客户', ['/customers', '/settings/customer-fields', '/customers/tags']], // names that begin so, then the group's
  ['字段', ['/settings/customer-fields']], // in the middle of a name
  ['TAGS', ['/customers/tags']], // the other language, in capitals
  ['jf', ['/suppressions']], // pinyin
  ['合规', ['/suppressions']], // a whole group
  ['xyz', []],
])('%s finds %j', (typed, paths) => expect(found(typed)).toEqual(paths));

test('nothing typed shows every page in the order of the navigation', () =>
  expect(found('')).toEqual(PAGES.map(({ path }) => path)));

test('a page below another stands under its link and in its group', () => {
  const below: FeatureRoute = {
    path: '/customers/:customerId',
    title: { 'zh-CN': '客户详情', en: 'Customer' },
    parent: '/customers',
    load: async () => () => null,
  };
  const all = [...PAGES, below];
  expect(trailOf('/customers/7', all).map(({ path }) => path)).toEqual([
    '/customers',
    '/customers/:customerId',
  ]);
  expect(selectedPath('/customers/7', all)).toBe('/customers');
  expect(selectedPath('/customers/tags', all)).toBe('/customers/tags');
  expect(groupAt('/customers/7', all)).toBe('customers');
  expect(groupAt('/nowhere', all)).toBeUndefined();
});
