/** Choosing units from the tree: several of a person, or the one above another. */
import { TreeSelect } from 'antd';
import { useWords } from '@/ui/i18n';
import { treeOf, type UnitNode, useUnits } from '../queries-units';
import { words } from '../words/units';

interface Option {
  value: number;
  title: string;
  children: Option[];
}

const optionsOf = (nodes: UnitNode[]): Option[] =>
  nodes.map(({ unit, below }) => ({ value: unit.unit_id, title: unit.name, children: optionsOf(below) }));

interface UnitSelectProps {
  value?: number[];
  onChange?: (value: number[]) => void;
}

export function UnitSelect({ value, onChange }: UnitSelectProps) {
  const w = useWords(words);
  const query = useUnits();
  const units = query.data?.items ?? [];
  const closedToo = units.some((unit) => unit.closed_at && value?.includes(unit.unit_id));
  return (
    <TreeSelect<number[]>
      multiple
      allowClear
      treeDefaultExpandAll
      showSearch={{ treeNodeFilterProp: 'title' }}
      loading={query.isPending}
      placeholder={units.length === 0 && query.data ? w.unitsEmpty : w.units}
      treeData={optionsOf(treeOf(units, closedToo))}
      {...(value ? { value } : {})}
      {...(onChange ? { onChange } : {})}
    />
  );
}

interface ParentSelectProps {
  value?: number | null;
  onChange?: (value: number | null) => void;
  /** The unit that moves: it and what is below it cannot be chosen. */
  moving?: number | undefined;
}

export function ParentSelect({ value, onChange, moving }: ParentSelectProps) {
  const w = useWords(words);
  const units = useUnits().data?.items ?? [];
  const without = (nodes: UnitNode[]): UnitNode[] =>
    nodes
      .filter(({ unit }) => unit.unit_id !== moving && unit.kind !== 'store')
      .map((node) => ({ unit: node.unit, below: without(node.below) }));
  const top: Option = { value: 0, title: w.top, children: [] };
  return (
    <TreeSelect<number>
      treeDefaultExpandAll
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeData={[top, ...optionsOf(without(treeOf(units, false)))]}
      value={value ?? 0}
      onChange={(chosen) => onChange?.(chosen || null)}
    />
  );
}
