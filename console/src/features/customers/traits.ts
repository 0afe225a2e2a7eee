/** The traits of a customer in groups, in the order of the catalogue. */
import type { Trait } from '@/ui/trait-value';

export type TraitGroup = 'groupStage' | 'groupSales' | 'groupOrders' | 'groupTime' | 'groupOther';
export const GROUPS: TraitGroup[] = ['groupStage', 'groupSales', 'groupOrders', 'groupTime', 'groupOther'];

export function groupOf(trait: Trait): TraitGroup {
  if (trait.name === 'stage' || trait.name.startsWith('rfm_') || trait.name === 'is_member')
    return 'groupStage';
  if (trait.type === 'money') return 'groupSales';
  if (trait.type === 'moment' || trait.name.startsWith('days_')) return 'groupTime';
  return trait.type === 'integer' || trait.type === 'number' ? 'groupOrders' : 'groupOther';
}

export const grouped = (traits: Trait[]): { group: TraitGroup; traits: Trait[] }[] =>
  GROUPS.map((group) => ({ group, traits: traits.filter((trait) => groupOf(trait) === group) })).filter(
    (each) => each.traits.length > 0,
  );
