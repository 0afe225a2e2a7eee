/** A table of server rows: sorted, filtered and paged by the server, with its states, total and export. */
import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Card, Flex, Table, type TableProps } from 'antd';
import { type ReactNode, useState } from 'react';
import { columnsOf, type DataColumn, sortOf } from './data-table-columns';
import { numText } from './format';
import { useLanguage, useWords } from './i18n';
import { EmptyBlock, type EmptyProps, ErrorBlock, useProblemText } from './state-block';
import type { TableState } from './use-table-state';
import { words } from './words';

export type { DataColumn } from './data-table-columns';

/** What list routes answer; `total` is null where counting would cost too much. */
export interface DataPage<Row> {
  items: Row[];
  next_cursor?: string | null | undefined;
  total?: number | null | undefined;
}

interface DataTableProps<Row> {
  /** Says what the table holds, for screen readers. */
  label: string;
  columns: DataColumn<Row>[];
  rowKey: keyof Row & string;
  /** A TanStack query of a page; keep the previous page while loading (`placeholderData: keepPreviousData`). */
  query: {
    data: DataPage<Row> | undefined;
    error: unknown;
    isPending: boolean;
    isFetching: boolean;
    refetch: () => unknown;
  };
  /** Without it the table shows one page, unsorted. */
  state?: TableState;
  /** Filters and search above the table, left of the export button. */
  toolbar?: ReactNode;
  empty?: EmptyProps;
  onExport?: () => Promise<unknown>;
  onRow?: (row: Row) => void;
  selection?: { keys: (string | number)[]; onChange: (keys: (string | number)[]) => void };
  /** Sum of the fixed widths plus the least width of the free column. */
  widthMin?: number;
  title?: ReactNode;
}

function ExportButton({ onExport }: { onExport: () => Promise<unknown> }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    await onExport().catch((error: unknown) => message.error(textOf(error)));
    setBusy(false);
  };
  return (
    <Button icon={<DownloadOutlined />} loading={busy} onClick={() => void run()}>
      {w.export}
    </Button>
  );
}

function Foot<Row>({ page, state }: { page: DataPage<Row>; state: TableState | undefined }) {
  const w = useWords(words);
  const language = useLanguage();
  const next = page.next_cursor;
  const count =
    page.total == null
      ? w.shown(numText(page.items.length, language))
      : w.total(numText(page.total, language));
  return (
    <Flex className="table-foot" justify="space-between" align="center" gap={12}>
      <span className="num">{count}</span>
      {state && (next || state.toFirst) ? (
        <Flex gap={8}>
          <Button size="small" type="text" disabled={!state.toFirst} onClick={state.toFirst}>
            {w.first}
          </Button>
          <Button size="small" disabled={!state.toPrevious} onClick={state.toPrevious}>
            {w.previous}
          </Button>
          <Button size="small" disabled={!next} onClick={() => next && state.toNext(next)}>
            {w.next}
          </Button>
        </Flex>
      ) : null}
    </Flex>
  );
}

function useEmptyText<Row>(props: DataTableProps<Row>): ReactNode {
  const w = useWords(words);
  const { query, state, empty } = props;
  if (query.isPending) return <div style={{ height: 160 }} />;
  if (!state?.filtered) return <EmptyBlock {...empty} />;
  return (
    <EmptyBlock text={w.noMatch} action={<Button onClick={state.clearFilters}>{w.clearFilters}</Button>} />
  );
}

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rowKey, query, state, toolbar, onExport, onRow, selection, widthMin, title } =
    props;
  const emptyText = useEmptyText(props);
  const onChange: TableProps<Row>['onChange'] = (_page, filters, sorter, { action }) => {
    if (!state) return;
    if (action === 'sort') state.setSort(sortOf(columns, sorter));
    if (action !== 'filter') return;
    const wanted = Object.entries(filters).map(([name, values]) => [name, (values ?? []).map(String)]);
    state.setFilters(Object.fromEntries(wanted));
  };
  const failed = query.error && query.data === undefined;
  return (
    <Card className="data-table" styles={{ body: { padding: 0 } }} title={title}>
      {toolbar || onExport ? (
        <Flex className="table-tools" gap={12} align="center" wrap>
          <Flex gap={12} align="center" wrap flex={1}>
            {toolbar}
          </Flex>
          {onExport ? <ExportButton onExport={onExport} /> : null}
        </Flex>
      ) : null}
      {failed ? (
        <div className="table-error">
          <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : (
        <Table<Row>
          aria-label={label}
          size="middle"
          rowKey={rowKey}
          columns={columnsOf(columns, state)}
          dataSource={query.data?.items ?? []}
          loading={query.isFetching}
          pagination={false}
          showSorterTooltip={false}
          onChange={onChange}
          locale={{ emptyText }}
          scroll={{ x: widthMin ?? 'max-content' }}
          {...(selection
            ? {
                rowSelection: {
                  columnWidth: 44,
                  selectedRowKeys: selection.keys,
                  onChange: (keys) => selection.onChange(keys.filter((key) => typeof key !== 'bigint')),
                },
              }
            : {})}
          {...(onRow ? { onRow: (row: Row) => ({ onClick: () => onRow(row), className: 'row-link' }) } : {})}
        />
      )}
      {query.data ? <Foot page={query.data} state={state} /> : null}
    </Card>
  );
}
