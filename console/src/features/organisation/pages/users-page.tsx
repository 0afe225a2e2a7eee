/** The people of the brand: added, given roles, helped with their password, shut out. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Select } from 'antd';
import { useMemo, useState } from 'react';
import { type DataColumn, DataTable } from '@/ui/data-table';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { roleWords } from '@/ui/role-words';
import { SearchBox } from '@/ui/search-box';
import { useCan, useUser } from '@/ui/session';
import { ColorTag, type TagColor, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { useTableState } from '@/ui/use-table-state';
import { punctuation } from '@/ui/words';
import '../organisation.css';
import { SecretModal } from '@/ui/secret-modal';
import { RoleMatrix } from '../components/role-matrix';
import { UserActions } from '../components/user-actions';
import { ROLES, UserForm, type UserValues } from '../components/user-form';
import { type Role, type StaffMember, useUserActions, useUsers } from '../queries';
import { useUnits } from '../queries-units';
import { words } from '../words/users';

const FILTERS = ['q', 'role', 'state'] as const;
const ROLE_COLOR: Record<Role, TagColor> = {
  owner: 'plum',
  operator: 'indigo',
  analyst: 'teal',
  developer: 'amber',
  store_manager: 'indigo',
  guide: 'teal',
  agent: 'plum',
};
type State = 'active' | 'waiting' | 'disabled';
const STATES: State[] = ['active', 'waiting', 'disabled'];

const stateOf = (user: StaffMember): State =>
  user.disabled ? 'disabled' : user.must_change_password ? 'waiting' : 'active';

function StaffState({ user }: { user: StaffMember }) {
  const w = useWords(words);
  const state = stateOf(user);
  const tone = { active: 'good', waiting: 'warning', disabled: 'neutral' } as const;
  return <ToneTag tone={tone[state]}>{w[state]}</ToneTag>;
}

const WHOLE_BRAND: Role[] = ['owner', 'operator', 'analyst', 'developer'];

/** Whose customers somebody sees: the whole brand's, or those of their units. */
function UnitsCell({ user }: { user: StaffMember }) {
  const w = useWords(words);
  const { and } = useWords(punctuation);
  const units = useUnits().data?.items ?? [];
  const mine = units.filter((unit) => user.unit_ids.includes(unit.unit_id)).map((unit) => unit.name);
  const whole = user.roles.some((role) => WHOLE_BRAND.includes(role));
  if (mine.length > 0) return <span>{mine.join(and)}</span>;
  return <span className="quiet">{whole ? w.wholeBrand : w.noUnit}</span>;
}

function useColumns(extra: DataColumn<StaffMember> | undefined): DataColumn<StaffMember>[] {
  const w = useWords(words);
  const names = useWords(roleWords);
  const self = useUser().user_id;
  return [
    {
      key: 'display_name',
      title: w.person,
      render: (user) => (
        <div className="person">
          <b>
            {user.display_name}
            {user.user_id === self ? w.you : null}
          </b>
          <span>{user.login}</span>
        </div>
      ),
    },
    {
      key: 'roles',
      title: w.roles,
      width: 170,
      render: (user) => (
        <Flex gap={4} wrap>
          {user.roles.map((role) => (
            <ColorTag key={role} color={ROLE_COLOR[role]}>
              {names[role]}
            </ColorTag>
          ))}
        </Flex>
      ),
    },
    { key: 'units', title: w.units, width: 160, render: (user) => <UnitsCell user={user} /> },
    {
      key: 'state',
      title: w.state,
      width: 140,
      render: (user) => (
        <>
          <StaffState user={user} />
          {user.second_factor ? <span className="quiet">{w.twoStep}</span> : null}
        </>
      ),
    },
    {
      key: 'last_login_at',
      title: w.lastLogin,
      width: 130,
      render: ({ last_login_at }) =>
        last_login_at ? (
          <Time at={last_login_at} look="relative" />
        ) : (
          <span className="quiet">{w.never}</span>
        ),
    },
    {
      key: 'created_at',
      title: w.since,
      width: 120,
      render: (user) => <Time at={user.created_at} detail="date" />,
    },
    ...(extra ? [extra] : []),
  ];
}

export function UsersPage() {
  const w = useWords(words);
  const names = useWords(roleWords);
  const editable = useCan('users.edit');
  const query = useUsers();
  const actions = useUserActions();
  const state = useTableState({ filters: FILTERS });
  const [editing, setEditing] = useState<StaffMember | 'new'>();
  const [secret, setSecret] = useState<{ name: string; password: string }>();

  const { q: [q = ''] = [], role: [role] = [], state: [wanted] = [] } = state.filters;
  const shown = useMemo(() => {
    const found = (query.data?.items ?? [])
      .filter((user) => `${user.display_name} ${user.login}`.toLowerCase().includes(q.toLowerCase()))
      .filter((user) => !role || user.roles.some((each) => each === role))
      .filter((user) => !wanted || stateOf(user) === wanted);
    return query.data ? { items: found, total: found.length } : undefined;
  }, [query.data, q, role, wanted]);

  const onPassword = (user: StaffMember, password: string) =>
    setSecret({ name: user.display_name, password });
  const save = async ({ login, ...rest }: UserValues) => {
    if (editing !== 'new') return editing && actions.change(editing.user_id, rest);
    const answer = await actions.add({ login, ...rest });
    onPassword(answer.user, answer.one_time_password);
    return answer;
  };
  const columns = useColumns(
    editable
      ? {
          key: 'actions',
          title: w.actions,
          width: 265,
          render: (user) => (
            <UserActions user={user} onEdit={() => setEditing(user)} onPassword={onPassword} />
          ),
        }
      : undefined,
  );
  const add = editable ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {w.add}
    </Button>
  ) : null;
  const pick = (name: 'role' | 'state') => (value?: string) => state.setFilter(name, value ? [value] : []);
  return (
    <>
      <PageHead title={w.title} desc={w.desc} extra={add} />
      <DataTable<StaffMember>
        label={w.table}
        rowKey="user_id"
        columns={columns}
        query={{ ...query, data: shown }}
        state={state}
        empty={{ text: w.empty }}
        widthMin={1120}
        toolbar={
          <>
            <SearchBox
              value={q}
              placeholder={w.search}
              onSearch={(text) => state.setFilter('q', text ? [text] : [])}
            />
            <Select
              allowClear
              aria-label={w.roles}
              placeholder={w.allRoles}
              value={role}
              onChange={pick('role')}
              options={ROLES.map((value) => ({ value, label: names[value] }))}
              style={{ width: 140 }}
            />
            <Select
              allowClear
              aria-label={w.state}
              placeholder={w.allStates}
              value={wanted}
              onChange={pick('state')}
              options={STATES.map((value) => ({ value, label: w[value] }))}
              style={{ width: 160 }}
            />
          </>
        }
      />
      <RoleMatrix />
      <UserForm
        open={editing !== undefined}
        user={editing === 'new' ? undefined : editing}
        onSave={save}
        onClose={() => setEditing(undefined)}
      />
      <SecretModal
        secret={secret?.password}
        title={w.secretTitle}
        text={w.secretText(secret?.name ?? '')}
        once={w.secretOnce}
        done={w.done}
        onClose={() => setSecret(undefined)}
      />
    </>
  );
}
