/** The list of customers: found, filtered, sorted, exported, kept as a segment. */
import { Button, Grid } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { DataAsOf } from '@/ui/data-as-of';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { ExportModal } from '@/ui/export-modal';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Money, Num } from '@/ui/numbers';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { ColorTag, StageTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { said } from '@/ui/trait-value';
import { useTraitWords } from '@/ui/trait-words';
import { useTableState } from '@/ui/use-table-state';
import '../customers.css';
import { ListFilters } from '../components/list-filters';
import { NewCustomer } from '../components/new-customer';
import { type CustomerRow, exportCustomers, useCustomers, useStoreName, useTraits } from '../queries';
import { definitionOf, FILTERS, PRIVATE_FILTERS, questionOf } from '../question';
import { words } from '../words/list';

/** What a window below 1200 px has no room for; the customer's page shows both. */
const NARROW_WITHOUT = new Set(['customer_id', 'store_key']);
const DEFAULT_SORT = '-last_order_at';

function useColumns(): DataColumn<CustomerRow>[] {
  const w = useWords(words);
  const language = useLanguage();
  const money = useTraitWords().unitOf({ type: 'money', unit: 'fen' });
  const storeName = useStoreName();
  const traits = useTraits(useCan('segments.read'));
  const classes = traits.data?.find(({ name }) => name === 'rfm_class')?.choices ?? {};
  const className = (code: string | null) => {
    const name = code ? classes[code] : undefined;
    return name ? said(name)[language] : (code ?? '—');
  };
  return [
    {
      key: 'customer_id',
      title: w.id,
      width: 76,
      render: (row) => <span className="num">{row.customer_id}</span>,
    },
    {
      key: 'name',
      title: w.name,
      width: 130,
      render: (row) => (
        <span className="customer-name">
          <Link to={`/customers/${row.customer_id}`} onClick={(event) => event.stopPropagation()}>
            {row.name || row.customer_id}
          </Link>
          {row.is_member ? <ColorTag color="plum">{w.member}</ColorTag> : null}
        </span>
      ),
    },
    {
      key: 'phone',
      title: w.phone,
      width: 128,
      render: (row) => <span className="num">{row.phone || '—'}</span>,
    },
    {
      key: 'store_key',
      title: w.store,
      width: 180,
      ellipsis: true,
      render: (row) => [row.province, storeName(row.store_key)].filter(Boolean).join(' · ') || '—',
    },
    {
      key: 'stage',
      title: w.stage,
      width: 104,
      sortBy: 'stage',
      meaning: { unit: w.categoryUnit, definition: w.stageMeaning },
      render: (row) => <StageTag stage={row.stage} />,
    },
    {
      key: 'rfm_class',
      title: w.rfmClass,
      width: language === 'en' ? 190 : 126,
      ellipsis: true,
      render: (row) => className(row.rfm_class),
    },
    {
      key: 'orders',
      title: `${w.orders}${language === 'en' ? '' : `（${w.ordersUnit}）`}`,
      width: language === 'en' ? 96 : 124,
      numeric: true,
      sortBy: 'orders',
      meaning: { unit: w.ordersUnit, period: w.ever, definition: w.ordersMeaning },
      render: (row) => <Num value={row.orders} />,
    },
    {
      key: 'sales_365d_fen',
      title: w.sales365,
      width: 146,
      numeric: true,
      sortBy: 'sales_365d_fen',
      meaning: { unit: money, definition: w.sales365Meaning },
      render: (row) => <Money fen={row.sales_365d_fen} />,
    },
    {
      key: 'last_order_at',
      title: w.lastOrder,
      width: 120,
      sortBy: 'last_order_at',
      meaning: { unit: w.dateUnit, definition: w.lastOrderMeaning },
      render: (row) =>
        row.last_order_at ? (
          <Time at={row.last_order_at} detail="date" />
        ) : (
          <span className="quiet">{w.never}</span>
        ),
    },
  ];
}

export function CustomersPage() {
  const w = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const exports = useCan('customers.export');
  const edits = useCan('segments.edit');
  const state = useTableState({
    filters: FILTERS,
    privateFilters: PRIVATE_FILTERS,
    defaultSort: DEFAULT_SORT,
  });
  const question = questionOf(state.filters, state.params);
  const query = useCustomers(question);
  const { xl: wide = true } = Grid.useBreakpoint();
  const all = useColumns();
  const columns = wide ? all : all.filter(({ key }) => !NARROW_WITHOUT.has(key));
  const [exporting, setExporting] = useState(false);
  const definition = definitionOf(question);
  const keep = `/segments/new?${new URLSearchParams({ definition: JSON.stringify(definition) }).toString()}`;
  return (
    <>
      <DataAsOf at={query.data?.as_of} />
      <PageHead
        title={w.title}
        desc={w.desc}
        extra={
          <>
            {edits && definition.and.length > 0 ? (
              <Link to={keep}>
                <Button>{w.saveSegment}</Button>
              </Link>
            ) : null}
            <NewCustomer />
          </>
        }
      />
      <DataTable<CustomerRow>
        label={w.table}
        rowKey="customer_id"
        columns={columns}
        query={query}
        state={state}
        toolbar={<ListFilters state={state} />}
        widthMin={wide ? 1130 : 900}
        empty={{
          text: w.empty,
          action: (
            <Link to="/imports">
              <Button type="primary">{w.emptyAct}</Button>
            </Link>
          ),
        }}
        onRow={(row) => void navigate(`/customers/${row.customer_id}`)}
        {...(exports ? { onExport: async () => setExporting(true) } : {})}
      />
      <ExportModal
        open={exporting}
        title={w.exportTitle}
        text={w.exportText(numText(query.data?.total ?? 0, language))}
        onExport={(reason) => exportCustomers(question, reason)}
        onClose={() => setExporting(false)}
      />
    </>
  );
}
