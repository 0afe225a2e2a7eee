/** A card with a short list and what can be done about each line: loading, empty and failed as everywhere. */
import { Card } from 'antd';
import type { ReactNode } from 'react';
import { type QueryState, StateBlock } from '@/ui/state-block';

export interface ListedColumn<Row> {
  key: string;
  title: ReactNode;
  /** Numbers stand at the end of their column. */
  end?: boolean;
  render: (row: Row) => ReactNode;
}

interface ListedCardProps<Row> {
  title: string;
  extra?: ReactNode;
  desc?: ReactNode;
  className?: string;
  query: QueryState<{ items: Row[] }>;
  empty: string;
  columns: ListedColumn<Row>[];
  keyOf: (row: Row) => string | number;
  actions: { title: string; render: (row: Row) => ReactNode };
  /** Windows that the actions open. */
  children?: ReactNode;
}

export function ListedCard<Row>(props: ListedCardProps<Row>) {
  const { title, extra, desc, className, query, empty, columns, keyOf, actions, children } = props;
  return (
    <Card className={className ?? 'section-gap'} title={title} extra={extra}>
      {desc ? <p className="quiet">{desc}</p> : null}
      <StateBlock
        query={query}
        height={120}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: empty }}
      >
        {({ items }) => (
          <table className="event-table" aria-label={title}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.key} scope="col" className={column.end ? 'end' : undefined}>
                    {column.title}
                  </th>
                ))}
                <th scope="col">{actions.title}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map((column) => (
                    <td key={column.key} className={column.end ? 'end' : undefined}>
                      {column.render(row)}
                    </td>
                  ))}
                  <td className="reject-group-acts">{actions.render(row)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
      {children}
    </Card>
  );
}
