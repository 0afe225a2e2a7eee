/** What the organisation's tree asks the server, and what it changes. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '@/client/client';
import type { components } from '@/client/schema';

export type OrgUnit = components['schemas']['OrgUnit'];
export type UnitKind = OrgUnit['kind'];
export type NewOrgUnit = components['schemas']['NewOrgUnit'];
export type OrgUnitChange = components['schemas']['OrgUnitChange'];

const UNITS = ['organisation', 'units'] as const;
const STORES_SHOWN = 200;

export const useUnits = () =>
  useQuery({ queryKey: UNITS, queryFn: ({ signal }) => dataOf(api.GET('/api/v1/org-units', { signal })) });

export const useUnitHistory = (unit_id: number) =>
  useQuery({
    queryKey: [...UNITS, unit_id, 'history'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/org-units/{unit_id}/history', { params: { path: { unit_id } }, signal })),
  });

/** The stores that files named, to choose a key from. */
export const useStores = (enabled: boolean) =>
  useQuery({
    queryKey: ['organisation', 'stores'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/stores', { params: { query: { limit: STORES_SHOWN } }, signal })),
    enabled,
  });

/** Every change of the tree, after which it is read again. */
export function useUnitActions() {
  const client = useQueryClient();
  const after = async <T>(call: Promise<{ data?: T }>): Promise<T> => {
    const answer = await dataOf(call);
    await client.invalidateQueries({ queryKey: UNITS });
    return answer;
  };
  const one = (unit_id: number) => ({ params: { path: { unit_id } } });
  return {
    add: (body: NewOrgUnit) => after(api.POST('/api/v1/org-units', { body })),
    change: (unitId: number, body: { name: string; store_key?: string | null }) =>
      after(api.PATCH('/api/v1/org-units/{unit_id}', { ...one(unitId), body })),
    move: (unitId: number, parent_id: number | null) =>
      after(api.POST('/api/v1/org-units/{unit_id}/move', { ...one(unitId), body: { parent_id } })),
    close: (unitId: number) => after(api.POST('/api/v1/org-units/{unit_id}/close', one(unitId))),
    open: (unitId: number) => after(api.POST('/api/v1/org-units/{unit_id}/open', one(unitId))),
  };
}

export interface UnitNode {
  unit: OrgUnit;
  below: UnitNode[];
}

/** The units as a tree, stores last, each level by name; the closed ones only where asked for. */
export function treeOf(units: OrgUnit[], closedToo: boolean): UnitNode[] {
  const shown = units.filter((unit) => closedToo || !unit.closed_at);
  const below = new Map<number | null, OrgUnit[]>();
  const known = new Set(shown.map((unit) => unit.unit_id));
  for (const unit of shown) {
    const parent = unit.parent_id !== null && known.has(unit.parent_id) ? unit.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const rank = (unit: OrgUnit) => (unit.kind === 'store' ? 1 : 0);
  const level = (parent: number | null): UnitNode[] =>
    (below.get(parent) ?? [])
      .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'zh'))
      .map((unit) => ({ unit, below: level(unit.unit_id) }));
  return level(null);
}
