/** Finding a page by what somebody types: its name in either language, its group, or the first letters in pinyin. */
import { NAV_GROUPS } from '@/ui/feature';
import type { NavRoute } from './places';

// The first character, as dictionaries sort them, of each letter that a Chinese syllable can begin with.
const FIRST_OF = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他屲夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
const order = new Intl.Collator('zh-Hans-CN-u-co-pinyin');

function initialOf(character: string): string {
  if (!/[\u4e00-\u9fff]/.test(character)) return character;
  let letter = '';
  for (const [index, first] of [...FIRST_OF].entries())
    if (order.compare(character, first) >= 0) letter = LETTERS[index] ?? '';
  return letter;
}

/** What people type who do not want to choose characters: 客户列表 is khlb. */
export const initialsOf = (text: string): string => [...text].map(initialOf).join('').toLowerCase();

/** How well a page answers: 3 its name begins so, 2 its name has it, 1 its initials or its group, 0 not at all. */
export function scoreOf(route: NavRoute, typed: string): number {
  const wanted = typed.trim().toLowerCase();
  const names = [route.title['zh-CN'], route.title.en.toLowerCase()];
  const group = NAV_GROUPS[route.nav.group];
  if (names.some((name) => name.startsWith(wanted))) return 3;
  if (names.some((name) => name.includes(wanted))) return 2;
  const loose = [initialsOf(route.title['zh-CN']), group['zh-CN'], group.en.toLowerCase()];
  return loose.some((text) => text.startsWith(wanted)) ? 1 : 0;
}

/** The pages that answer, best first; what is equally good stays in the order of the navigation. */
export function pagesFound(routes: NavRoute[], typed: string): NavRoute[] {
  return routes
    .map((route) => ({ route, score: scoreOf(route, typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ route }) => route);
}
