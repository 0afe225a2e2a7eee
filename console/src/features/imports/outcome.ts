/** What an import brought, read from its counts. */
import type { ImportLine } from './queries';

type Counts = ImportLine['counts'];

export const countOf = (counts: Counts, name: string): number | undefined => {
  const value = counts[name];
  return typeof value === 'number' ? value : undefined;
};

const NEW: Record<ImportLine['kind'], string> = {
  orders: 'order',
  customers: 'customers_added',
  products: 'products_added',
  stores: 'stores_added',
};

/** How much of its kind the import added; nothing before its end, for a dry run, and once undone. */
export function broughtBy({ kind, state, dry_run, counts }: ImportLine): number | undefined {
  if (dry_run || state !== 'done') return undefined;
  return countOf(counts, NEW[kind]);
}

/** Whether a finished import found everything known already. */
export function foundNothingNew(run: ImportLine): boolean {
  const added = ['order', 'order_line', 'refund', 'order_placed', 'orders_extended'];
  const named = ['customers', 'products', 'stores'].flatMap((name) => [`${name}_added`, `${name}_changed`]);
  const counted = [...added, ...named].map((name) => countOf(run.counts, name));
  const isCounted = counted.some((value) => value !== undefined);
  return run.state === 'done' && !run.dry_run && isCounted && counted.every((value) => !value);
}

export interface ReasonCount {
  column: string;
  code: string;
  reason: string;
  count: number;
}

export function reasonsOf(counts: Counts): ReasonCount[] {
  return Array.isArray(counts.reasons) ? (counts.reasons as ReasonCount[]) : [];
}
