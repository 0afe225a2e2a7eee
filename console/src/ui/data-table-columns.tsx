/** Columns as pages declare them, and the Ant Design columns they become. */
import type { TableProps } from 'antd';
import type { ReactNode } from 'react';
import { Definition, type Meaning } from './definition';
import type { TableState } from './use-table-state';

export interface DataColumn<Row> {
  /** Unique; also the row's field when there is no `render`. */
  key: string;
  title: string;
  render?: (row: Row) => ReactNode;
  /** Numbers stand right and carry their unit in the title. */
  numeric?: boolean;
  meaning?: Meaning;
  width?: number;
  ellipsis?: boolean;
  /** What can be done with a row stays in sight on a narrow window by itself. */
  fixed?: 'start' | 'end';
  /** The server's name for sorting by this column. */
  sortBy?: string;
  /** A filter in the head of the column; `name` is one of the table state's filters. */
  filter?: { name: string; options: { value: string; text: string }[]; multiple?: boolean };
}

type AntColumns<Row> = NonNullable<TableProps<Row>['columns']>;
type Sorter<Row> = Parameters<NonNullable<TableProps<Row>['onChange']>>[2];

const ACTIONS = new Set(['actions', 'acts']);
const keyOf = <Row,>(column: DataColumn<Row>): string => column.filter?.name ?? column.key;

function orderOf(sortBy: string, sort: string | undefined): 'ascend' | 'descend' | null {
  if (sort === sortBy) return 'ascend';
  return sort === `-${sortBy}` ? 'descend' : null;
}

/** The order that a click on a head asks for; nothing when the click took the order away. */
export function sortOf<Row>(columns: DataColumn<Row>[], sorter: Sorter<Row>): string | undefined {
  const one = Array.isArray(sorter) ? sorter[0] : sorter;
  const sortBy = columns.find((column) => keyOf(column) === one?.columnKey)?.sortBy;
  if (!sortBy || !one?.order) return undefined;
  return one.order === 'descend' ? `-${sortBy}` : sortBy;
}

export function columnsOf<Row>(columns: DataColumn<Row>[], state: TableState | undefined): AntColumns<Row> {
  return columns.map((column) => {
    const { title, meaning, render, sortBy, filter, width, ellipsis, numeric } = column;
    const fixed = column.fixed ?? (ACTIONS.has(column.key) ? 'end' : undefined);
    return {
      key: keyOf(column),
      dataIndex: column.key,
      title: <Definition of={meaning}>{title}</Definition>,
      align: numeric ? 'end' : 'start',
      ...(width === undefined ? {} : { width }),
      ...(fixed === undefined ? {} : { fixed }),
      ...(ellipsis === undefined ? {} : { ellipsis }),
      ...(render ? { render: (_: unknown, row: Row) => render(row) } : {}),
      ...(sortBy && state
        ? {
            sorter: true,
            sortOrder: orderOf(sortBy, state.params.sort),
            sortDirections: numeric ? ['descend', 'ascend'] : ['ascend', 'descend'],
          }
        : {}),
      ...(filter && state
        ? {
            filters: filter.options,
            filteredValue: state.filters[filter.name] ?? [],
            filterMultiple: filter.multiple ?? true,
          }
        : {}),
    };
  });
}
