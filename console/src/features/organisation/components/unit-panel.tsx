/** One unit: what it is, who works in it, what it was, and what can be done with it. */
import { Button, Card, Flex, Timeline } from 'antd';
import { ConfirmButton } from '@/ui/confirm-button';
import { useWords } from '@/ui/i18n';
import { roleWords } from '@/ui/role-words';
import { StateBlock } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useUsers } from '../queries';
import { type OrgUnit, type OrgUnitChange, useUnitActions, useUnitHistory } from '../queries-units';
import { kindWords, words } from '../words/units';

interface UnitPanelProps {
  unit: OrgUnit;
  /** The names of all units, for what stood above it. */
  names: Map<number, string>;
  editable: boolean;
  onAdd: () => void;
  onEdit: () => void;
  onMove: () => void;
}

/** What differs between a change and the one before, in words. */
function useSaid(names: Map<number, string>) {
  const w = useWords(words);
  return ({ unit }: OrgUnitChange, before: OrgUnitChange | undefined): string => {
    if (!before) return w.wasAdded;
    const was = before.unit;
    if (unit.closed_at && !was.closed_at) return w.wasClosed;
    if (!unit.closed_at && was.closed_at) return w.wasOpened;
    if (unit.parent_id !== was.parent_id)
      return w.wasMoved(unit.parent_id === null ? w.top : (names.get(unit.parent_id) ?? '?'));
    if (unit.store_key !== was.store_key) return w.wasKey(unit.store_key ?? '');
    return w.wasNamed(unit.name);
  };
}

function Buttons({ unit, onAdd, onEdit, onMove }: Omit<UnitPanelProps, 'names' | 'editable'>) {
  const w = useWords(words);
  const { close, open } = useUnitActions();
  if (unit.closed_at)
    return (
      <ConfirmButton question={w.openQuestion(unit.name)} onConfirm={() => open(unit.unit_id)}>
        {w.open}
      </ConfirmButton>
    );
  return (
    <Flex gap={8} wrap>
      {unit.kind === 'store' ? null : (
        <Button type="primary" onClick={onAdd}>
          {w.addBelow}
        </Button>
      )}
      <Button onClick={onEdit}>{w.rename}</Button>
      <Button onClick={onMove}>{w.move}</Button>
      <ConfirmButton
        danger
        question={w.closeQuestion(unit.name)}
        detail={w.closeDetail}
        onConfirm={() => close(unit.unit_id)}
      >
        {w.close}
      </ConfirmButton>
    </Flex>
  );
}

function People({ unitId }: { unitId: number }) {
  const w = useWords(words);
  const roles = useWords(roleWords);
  const people = (useUsers().data?.items ?? []).filter(
    (user) => user.unit_ids.includes(unitId) && !user.disabled,
  );
  if (people.length === 0) return <p className="quiet">{w.nobody}</p>;
  return (
    <ul className="plain-list">
      {people.map((user) => (
        <li key={user.user_id}>
          {user.display_name} <small>{user.roles.map((role) => roles[role]).join(' · ')}</small>
        </li>
      ))}
    </ul>
  );
}

export function UnitPanel({ unit, names, editable, ...doing }: UnitPanelProps) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const said = useSaid(names);
  const history = useUnitHistory(unit.unit_id);
  return (
    <Card
      title={
        <Flex gap={8} align="center">
          <span className="own-words">{unit.name}</span>
          {unit.closed_at ? <ToneTag tone="neutral">{w.closed}</ToneTag> : null}
        </Flex>
      }
    >
      <dl className="facts">
        <dt>{w.kind}</dt>
        <dd>{kinds[unit.kind]}</dd>
        <dt>{w.parent}</dt>
        <dd>{unit.parent_id === null ? w.top : names.get(unit.parent_id)}</dd>
        {unit.store_key ? (
          <>
            <dt>{w.storeKey}</dt>
            <dd>
              <code>{unit.store_key}</code>
            </dd>
          </>
        ) : null}
      </dl>
      {editable ? <Buttons unit={unit} {...doing} /> : null}
      <h3 className="section-gap">{w.people}</h3>
      <People unitId={unit.unit_id} />
      <h3 className="section-gap">{w.history}</h3>
      <StateBlock query={history} height={120}>
        {({ items }) => (
          <Timeline
            items={items.map((change, index) => ({
              key: `${change.at}-${index}`,
              content: (
                <>
                  {said(change, items[index + 1])}
                  <span className="quiet">
                    <Time at={change.at} /> · {w.by(change.by)}
                  </span>
                </>
              ),
            }))}
          />
        )}
      </StateBlock>
    </Card>
  );
}
