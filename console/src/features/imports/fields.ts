/** The fields that files may fill, as siyu/intake/rules/fields.py has them. */
import type { components } from '@/client/schema';
import type { Columns } from './map-text';

export type Kind = components['schemas']['ImportKind'];
export const KINDS: Kind[] = ['orders', 'customers', 'products', 'stores'];

export const FIELDS = {
  orders: [
    'order_key',
    'ordered_at',
    'paid_at',
    'product_key',
    'product_name',
    'category',
    'quantity',
    'unit_price',
    'amount',
    'paid_amount',
    'refund_amount',
    'coupon_discount',
    'customer_key',
    'store_key',
    'channel',
    'province',
    'currency',
  ],
  customers: [
    'customer_key',
    'phone',
    'name',
    'gender',
    'birthday',
    'email',
    'store_key',
    'province',
    'joined_at',
    'consent_sms',
    'consent_source',
    'consent_at',
  ],
  products: ['product_key', 'name', 'category', 'brand', 'price'],
  stores: ['store_key', 'name', 'region', 'city'],
} as const satisfies Record<Kind, readonly string[]>;

export type Field = (typeof FIELDS)[Kind][number];

const REQUIRED: Record<Kind, readonly Field[]> = {
  orders: ['ordered_at'],
  customers: ['customer_key'],
  products: ['product_key'],
  stores: ['store_key'],
};

/** Only texts, keys and choices may be the same in every row. */
const MAY_BE_CONSTANT = new Set<Field>([
  'order_key',
  'product_key',
  'product_name',
  'category',
  'customer_key',
  'store_key',
  'channel',
  'province',
  'currency',
  'name',
  'gender',
  'email',
  'consent_sms',
  'consent_source',
  'brand',
  'region',
  'city',
]);

export const isRequired = (kind: Kind, field: Field): boolean => REQUIRED[kind].includes(field);
export const mayBeConstant = (field: Field): boolean => MAY_BE_CONSTANT.has(field);

/**
 * What must still be filled before the rows can be understood; an order row is worth its amount or its unit price,
 * and a fixed value says something. */
export function missingFields(kind: Kind, columns: Columns): Field[] {
  const missing = REQUIRED[kind].filter((field) => !columns[field]);
  const worthless = kind === 'orders' && !columns.amount && !columns.unit_price;
  const blank = FIELDS[kind].filter((field) => columns[field]?.constant?.trim() === '');
  return [...missing, ...(worthless ? (['amount'] as const) : []), ...blank];
}

/** The columns of the file that no field reads. */
export function unusedColumns(all: string[], columns: Columns): string[] {
  const used = new Set(Object.values(columns).map(({ column }) => column?.trim()));
  return all.filter((column) => !used.has(column.trim()));
}

/** A few different values of a column, to recognise it by. */
export function samplesOf(sample: Record<string, string | null>[], column: string, count = 3): string[] {
  const wanted = Object.keys(sample[0] ?? {}).find((name) => name.trim() === column.trim()) ?? column;
  const values = sample.map((row) => row[wanted]?.trim() ?? '').filter(Boolean);
  return [...new Set(values)].slice(0, count);
}
