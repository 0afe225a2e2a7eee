/** The first customers that the conditions find, with the traits that the conditions ask for. */
import { Link } from 'react-router';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useLanguage, useWords } from '@/ui/i18n';
import { said, type Trait, TraitValue, type TraitValueType } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import { traitsIn } from '../definition';
import type { Preview } from '../queries';
import { words } from '../words';

type Row = { customer_id: number } & Record<string, TraitValueType>;

const ALWAYS = ['stage', 'orders', 'sales_365d_fen', 'last_order_at'];
const COLUMNS_MAX = 9;
const NUMBERS = new Set(['integer', 'number', 'money']);

interface SampleTableProps {
  preview: Preview | undefined;
  definition: unknown;
  traits: Trait[];
  query: { error: unknown; isPending: boolean; isFetching: boolean; refetch: () => unknown };
}

export function SampleTable({ preview, definition, traits, query }: SampleTableProps) {
  const w = useWords(words);
  const t = useTraitWords();
  const language = useLanguage();
  const names = [...new Set([...traitsIn(definition), ...ALWAYS])].slice(0, COLUMNS_MAX);
  const shown = names.flatMap((name) => traits.find((trait) => trait.name === name) ?? []);
  const columns: DataColumn<Row>[] = [
    {
      key: 'customer_id',
      title: w.customer,
      width: 110,
      render: (row) => <Link to={`/customers/${row.customer_id}`}>{row.customer_id}</Link>,
    },
    ...shown.map((trait) => ({
      key: trait.name,
      title: said(trait.label)[language],
      numeric: NUMBERS.has(trait.type),
      meaning: { unit: t.measureOf(trait), definition: said(trait.definition)[language] },
      render: (row: Row) => <TraitValue trait={trait} value={row[trait.name]} />,
    })),
  ];
  const items = (preview?.sample ?? []) as Row[];
  return (
    <DataTable<Row>
      label={w.sample}
      title={
        <span>
          {w.sample} <small className="unit">{w.sampleDesc(items.length)}</small>
        </span>
      }
      rowKey="customer_id"
      columns={columns}
      query={{ ...query, data: preview ? { items } : undefined }}
      empty={{ text: w.sampleEmpty }}
      widthMin={shown.length * 130 + 110}
    />
  );
}
