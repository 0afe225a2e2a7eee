/** Lists find traits by what people call them, and a trait knows whom it reaches. */
import { groupsOf, reachedThrough } from './listing';
import type { Trait, TraitUse } from './queries';

const trait = (
  name: string,
  topic: Trait['topic'],
  zh: string,
  origin: Trait['origin'] = 'built_in',
): Trait => ({
  name,
  type: 'integer',
  unit: '',
  unit_label: { zh: '个', en: 'number' },
  label: { zh, en: name },
  definition: { zh: `${zh}的口径`, en: `definition of ${name}` },
  choices: {},
  topic,
  origin,
});
const TRAITS = [
  trait('orders', 'purchase', '订单数'),
  trait('tea_cups', 'event', '品茶杯数', 'own'),
  trait('stage', 'stage', '生命周期阶段'),
];
const shown = (asked: Partial<{ q: string; topic: string; origin: string }>) =>
  groupsOf(TRAITS, { q: '', topic: '', origin: '', ...asked }, 'zh-CN').map(({ topic, traits }) => [
    topic,
    ...traits.map(({ name }) => name),
  ]);

test.each([
  [
    {},
    [
      ['stage', 'stage'],
      ['purchase', 'orders'],
      ['event', 'tea_cups'],
    ],
  ], // in the order of topics
  [{ q: '订单' }, [['purchase', 'orders']]],
  [{ q: 'TEA_' }, [['event', 'tea_cups']]],
  [{ q: '的口径', origin: 'own' }, [['event', 'tea_cups']]],
  [{ q: '没有' }, []],
])('%j finds %j', (asked, found) => {
  expect(shown(asked)).toEqual(found);
});

test('a trait reaches what uses it through others, each once, and circles end', () => {
  const use = (kind: string, key: string): TraitUse => ({ kind, key, label: key });
  const uses = new Map([
    ['orders', [use('trait', 'a'), use('segment', '1')]],
    ['a', [use('trait', 'b'), use('segment', '1'), use('segment', '2')]],
    ['b', [use('trait', 'a'), use('segment', '2')]],
  ]);
  expect(reachedThrough('orders', uses).map(({ kind, key }) => `${kind} ${key}`)).toEqual([
    'trait b',
    'segment 2',
  ]);
  expect(reachedThrough('unheard', uses)).toEqual([]);
});
