/** A table whose every state is in the address or said in words. */
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ApiProblem } from '@/client/problem';
import { show } from '@/test/show';
import { type DataColumn, type DataPage, DataTable } from './data-table';
import { useTableState } from './use-table-state';

interface Row {
  customer_id: number;
  name: string;
  sales_fen: number;
}

const columns: DataColumn<Row>[] = [
  { key: 'name', title: '客户', filter: { name: 'stage', options: [{ value: 'lost', text: '流失期' }] } },
  { key: 'sales_fen', title: '销售额（元）', numeric: true, sortBy: 'sales' },
];
const rows: Row[] = [{ customer_id: 1, name: '林晓', sales_fen: 12_300 }];
const FILTERS = ['stage', 'q'] as const;
const PRIVATE = ['q'] as const;

interface Given {
  data?: DataPage<Row>;
  error?: unknown;
  refetch?: () => void;
  onExport?: () => Promise<void>;
}

function Customers({ data, error = null, refetch = () => undefined, onExport }: Given) {
  const state = useTableState({ filters: FILTERS, defaultSort: '-sales' });
  const query = { data, error, refetch, isPending: !data && !error, isFetching: !data && !error };
  return (
    <>
      <output>{JSON.stringify(state.params)}</output>
      <DataTable
        label="客户"
        rowKey="customer_id"
        columns={columns}
        query={query}
        state={state}
        empty={{ text: '还没有客户' }}
        {...(onExport ? { onExport } : {})}
      />
    </>
  );
}

const asked = () => JSON.parse(screen.getByRole('status').textContent ?? '{}');

test('rows and the total are shown', () => {
  show(<Customers data={{ items: rows, next_cursor: null, total: 20_000 }} />);
  expect(screen.getByText('林晓')).toBeInTheDocument();
  expect(screen.getByText('共 20,000 条')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: '下一页' })).not.toBeInTheDocument();
});

test('next and previous follow the cursors of the server', async () => {
  const user = userEvent.setup();
  const router = show(<Customers data={{ items: rows, next_cursor: 'c2', total: null }} />, '/?stage=lost');
  expect(screen.getByRole('button', { name: '上一页' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: '下一页' }));
  expect(router.state.location.search).toBe('?stage=lost&cursor=c2');
  expect(asked().cursor).toBe('c2');
  await user.click(screen.getByRole('button', { name: '上一页' }));
  expect(router.state.location.search).toBe('?stage=lost');
});

test('a click on a head sorts on the server and returns to the first page', async () => {
  const user = userEvent.setup();
  const router = show(<Customers data={{ items: rows, total: 1 }} />, '/?cursor=c9');
  expect(asked().sort).toBe('-sales');
  await user.click(screen.getByRole('columnheader', { name: /销售额/ }));
  expect(asked().sort).toBe('sales');
  expect(router.state.location.search).toBe('?sort=sales');
});

test('no match offers to clear the filters, no data says what is missing', async () => {
  const user = userEvent.setup();
  const router = show(<Customers data={{ items: [], total: 0 }} />, '/?stage=lost');
  await user.click(screen.getByRole('button', { name: '清除筛选' }));
  expect(router.state.location.search).toBe('');
  expect(screen.getByText('还没有客户')).toBeInTheDocument();
});

test('a private filter stays out of the address, over pages and until it is cleared', async () => {
  const user = userEvent.setup();
  function Search() {
    const state = useTableState({ filters: FILTERS, privateFilters: PRIVATE });
    return (
      <>
        <output>{JSON.stringify(state.filters)}</output>
        <button type="button" onClick={() => state.setFilters({ q: ['13800138000'], stage: ['lost'] })}>
          search
        </button>
        <button type="button" onClick={() => state.toNext('c2')}>
          next
        </button>
        <button type="button" onClick={state.clearFilters}>
          clear
        </button>
      </>
    );
  }
  const router = show(<Search />, '/?q=13900139000');
  expect(asked()).toEqual({ stage: [], q: [] });
  await user.click(screen.getByText('search'));
  await user.click(screen.getByText('next'));
  expect(asked()).toEqual({ stage: ['lost'], q: ['13800138000'] });
  expect(router.state.location.search).toBe('?stage=lost&cursor=c2');
  await user.click(screen.getByText('clear'));
  expect(asked()).toEqual({ stage: [], q: [] });
});

test('a failure shows the reason, the request number and a way to retry', async () => {
  const user = userEvent.setup();
  const refetch = vi.fn();
  const error = new ApiProblem({
    code: 'lake_away',
    detail: '数据湖暂时不可用',
    status: 503,
    request_id: 'req-1',
  });
  show(<Customers error={error} refetch={refetch} />);
  const alert = screen.getByRole('alert');
  expect(alert).toHaveTextContent('数据湖暂时不可用');
  expect(alert).toHaveTextContent('req-1');
  await user.click(within(alert).getByRole('button', { name: '重新加载' }));
  expect(refetch).toHaveBeenCalled();
});

test('a refused export is said, not swallowed', async () => {
  const user = userEvent.setup();
  const refuse = () =>
    Promise.reject(new ApiProblem({ code: 'too_many', detail: '导出超过上限', status: 409 }));
  show(<Customers data={{ items: rows, total: 1 }} onExport={refuse} />);
  await user.click(screen.getByRole('button', { name: /导出/ }));
  expect(await screen.findByText('导出超过上限')).toBeInTheDocument();
});
