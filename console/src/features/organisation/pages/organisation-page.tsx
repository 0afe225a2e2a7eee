/** The organisation's tree: head office, regions and stores, and what became of them. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Checkbox, Flex, Tree, type TreeDataNode } from 'antd';
import { useMemo, useState } from 'react';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { SearchBox } from '@/ui/search-box';
import { useCan } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import '../organisation.css';
import { type Editing, MoveForm, UnitForm } from '../components/unit-forms';
import { UnitPanel } from '../components/unit-panel';
import { type OrgUnit, treeOf, type UnitNode, useUnits } from '../queries-units';
import { kindWords, words } from '../words/units';

/** A node stays when it, or something below it, is looked for. */
function matching(nodes: UnitNode[], q: string): UnitNode[] {
  if (!q) return nodes;
  const fits = ({ name, store_key }: OrgUnit) =>
    `${name} ${store_key ?? ''}`.toLowerCase().includes(q.toLowerCase());
  return nodes
    .map((node) => ({ unit: node.unit, below: fits(node.unit) ? node.below : matching(node.below, q) }))
    .filter((node) => fits(node.unit) || node.below.length > 0);
}

function useNodes(): (nodes: UnitNode[]) => TreeDataNode[] {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const make = (nodes: UnitNode[]): TreeDataNode[] =>
    nodes.map(({ unit, below }) => ({
      key: unit.unit_id,
      title: (
        <span className={unit.closed_at ? 'unit closed' : 'unit'}>
          {unit.name} <small>{unit.closed_at ? w.closed : (unit.store_key ?? kinds[unit.kind])}</small>
        </span>
      ),
      children: make(below),
    }));
  return make;
}

export function OrganisationPage() {
  const w = useWords(words);
  const editable = useCan('users.edit');
  const query = useUnits();
  const nodesOf = useNodes();
  const [q, setQ] = useState('');
  const [closedToo, setClosedToo] = useState(false);
  const [chosen, setChosen] = useState<number>();
  const [editing, setEditing] = useState<Editing>();
  const [moving, setMoving] = useState<OrgUnit>();
  const units = query.data?.items ?? [];
  const shown = chosen ?? treeOf(units, false)[0]?.unit.unit_id;
  const unit = units.find((each) => each.unit_id === shown);
  const names = useMemo(() => new Map(units.map((each) => [each.unit_id, each.name])), [units]);
  const add = editable ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing({ add: null })}>
      {w.add}
    </Button>
  ) : null;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={units.length ? add : null} />
      <StateBlock query={query} height={420}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <EmptyBlock text={w.empty} action={add} />
            </Card>
          ) : (
            <div className="units">
              <Card>
                <Flex gap={12} align="center" wrap className="units-tools">
                  <SearchBox value={q} placeholder={w.search} onSearch={setQ} />
                  <Checkbox checked={closedToo} onChange={({ target }) => setClosedToo(target.checked)}>
                    {w.showClosed}
                  </Checkbox>
                </Flex>
                <Tree
                  key={`${q}/${closedToo}/${items.length}`}
                  blockNode
                  defaultExpandAll
                  treeData={nodesOf(matching(treeOf(items, closedToo), q))}
                  selectedKeys={shown === undefined ? [] : [shown]}
                  onSelect={([key]) => setChosen(key === undefined ? undefined : Number(key))}
                />
              </Card>
              {unit ? (
                <UnitPanel
                  unit={unit}
                  names={names}
                  editable={editable}
                  onAdd={() => setEditing({ add: unit.unit_id })}
                  onEdit={() => setEditing({ edit: unit })}
                  onMove={() => setMoving(unit)}
                />
              ) : (
                <Card>
                  <EmptyBlock text={w.pick} />
                </Card>
              )}
            </div>
          )
        }
      </StateBlock>
      <UnitForm editing={editing} onClose={() => setEditing(undefined)} />
      <MoveForm unit={moving} onClose={() => setMoving(undefined)} />
    </>
  );
}
