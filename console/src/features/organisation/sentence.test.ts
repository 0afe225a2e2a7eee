/** Conditions in words. */
import type { Trait } from '@/ui/trait-value';
import { type SentenceWords, sentenceOf } from './sentence';

const trait = (name: string, zh: string): [string, Trait] => [
  name,
  { name, type: 'integer', unit: '', label: { zh, en: name }, definition: { zh, en: name }, choices: {} },
];
const traits = new Map([trait('orders', '订单数'), trait('first_order_at', '首单时间')]);
const w: SentenceWords = {
  language: 'zh-CN',
  and: '，且',
  or: '，或',
  not: (inner) => `非（${inner}）`,
  everybody: '所有客户',
  withinDays: (name, days) => `${name}在最近 ${days} 天内`,
  operators: { '>=': '至少', in: '是其中之一', is_known: '已知' },
  value: (_trait, value) => String(value),
};
const orders = { trait: 'orders', op: '>=', value: 3 };
const recent = { trait: 'first_order_at', op: 'within_days', value: 60 };

test.each([
  [orders, '订单数 至少 3'],
  [{ and: [orders, recent] }, '订单数 至少 3，且首单时间在最近 60 天内'],
  [{ or: [orders, { and: [orders, recent] }] }, '订单数 至少 3，或(订单数 至少 3，且首单时间在最近 60 天内)'],
  [{ not: orders }, '非（订单数 至少 3）'],
  [{ and: [] }, '所有客户'],
  [{ trait: 'stage', op: 'in', value: ['lost', 'dormant'] }, 'stage 是其中之一 lost、dormant'], // unknown trait
  [{ trait: 'orders', op: 'is_known' }, '订单数 已知'], // without a value
])('%j', (definition, said) => {
  expect(sentenceOf(definition, traits, w)).toBe(said);
});
