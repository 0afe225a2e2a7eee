/** A chart in its card: title with definition, the picture, and the same numbers as a table for whoever prefers it. */
import { AreaChartOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import type { EChartsCoreOption } from './chart-theme';
import { Definition, type Meaning } from './definition';
import { EChart } from './e-chart';
import { useWords } from './i18n';
import { words } from './words';

export interface ChartTable {
  columns: string[];
  rows: (string | number)[][];
}

interface ChartCardProps {
  title: string;
  meaning?: Meaning;
  option: EChartsCoreOption;
  /** One sentence with the main finding, read aloud instead of the picture. */
  label: string;
  height?: number;
  /** The numbers behind the picture, formatted. */
  table?: ChartTable;
  extra?: ReactNode;
  onSelect?: (mark: { series: string; name: string; index: number }) => void;
}

function Numbers({ table, height, label }: { table: ChartTable; height: number; label: string }) {
  return (
    <div className="chart-table" style={{ height }}>
      <table aria-label={label}>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join('|')}>
              {row.map((cell, index) => (
                <td key={table.columns[index]} className="num">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ChartCard(props: ChartCardProps) {
  const { title, meaning, option, label, height = 280, table, extra, onSelect } = props;
  const w = useWords(words);
  const [asTable, setAsTable] = useState(false);
  const switchText = asTable ? w.showChart : w.showTable;
  return (
    <Card
      title={<Definition of={meaning}>{title}</Definition>}
      extra={
        <Flex gap={8} align="center">
          {extra}
          {table ? (
            <Tooltip title={switchText}>
              <Button
                type="text"
                size="small"
                aria-label={switchText}
                icon={asTable ? <AreaChartOutlined /> : <TableOutlined />}
                onClick={() => setAsTable(!asTable)}
              />
            </Tooltip>
          ) : null}
        </Flex>
      }
    >
      {asTable && table ? (
        <Numbers table={table} height={height} label={label} />
      ) : (
        <EChart option={option} label={label} height={height} {...(onSelect ? { onSelect } : {})} />
      )}
    </Card>
  );
}
