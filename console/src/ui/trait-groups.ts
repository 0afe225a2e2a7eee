/** The traits of a customer in groups, in the order of the catalogue. */
import { defineWords } from './i18n';
import type { Trait } from './trait-value';

export type TraitGroup = 'stage' | 'sales' | 'orders' | 'time' | 'fields' | 'tags' | 'other';
const GROUPS: TraitGroup[] = ['stage', 'sales', 'orders', 'time', 'fields', 'tags', 'other'];

export const traitGroupWords = defineWords({
  'zh-CN': {
    stage: '阶段与分类',
    sales: '金额',
    orders: '订单与购买',
    time: '时间',
    fields: '品牌字段',
    tags: '标签',
    other: '其他',
  },
  en: {
    stage: 'Stage and classes',
    sales: 'Money',
    orders: 'Orders and buying',
    time: 'Time',
    fields: 'Fields of the brand',
    tags: 'Tags',
    other: 'Other',
  },
});

export function groupOf(trait: Trait): TraitGroup {
  if (trait.name.startsWith('field_')) return 'fields';
  if (trait.name.startsWith('tag_')) return 'tags';
  if (trait.name === 'stage' || trait.name.startsWith('rfm_') || trait.name === 'is_member') return 'stage';
  if (trait.type === 'money') return 'sales';
  if (trait.type === 'moment' || trait.name.startsWith('days_')) return 'time';
  return trait.type === 'integer' || trait.type === 'number' ? 'orders' : 'other';
}

export const grouped = (traits: Trait[]): { group: TraitGroup; traits: Trait[] }[] =>
  GROUPS.map((group) => ({ group, traits: traits.filter((trait) => groupOf(trait) === group) })).filter(
    (each) => each.traits.length > 0,
  );
