/** Adding, describing and moving a unit. */
import { AutoComplete, Form, Input, Select } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { punctuation } from '@/ui/words';
import { type OrgUnit, type UnitKind, useStores, useUnitActions } from '../queries-units';
import { kindWords, words } from '../words/units';
import { ParentSelect } from './unit-select';

const KINDS: UnitKind[] = ['head_office', 'region', 'department', 'store'];

interface Values {
  name: string;
  kind: UnitKind;
  parent_id: number | null;
  store_key?: string;
}

/** What is open: a new unit below another, or the one to be described. */
export type Editing = { add: number | null } | { edit: OrgUnit };

function StoreKeyField() {
  const { aside } = useWords(punctuation);
  const w = useWords(words);
  const stores = useStores(true).data?.items ?? [];
  return (
    <Form.Item<Values>
      name="store_key"
      label={w.storeKey}
      extra={w.storeKeyHelp}
      rules={[{ required: true, whitespace: true, message: w.storeKeyNeeded }]}
    >
      <AutoComplete
        showSearch={{
          filterOption: (typed, option) => `${option?.value} ${option?.label}`.includes(typed),
        }}
        options={stores.map(({ store_key, name }) => ({
          value: store_key,
          label: name ? aside(name, store_key) : store_key,
        }))}
      />
    </Form.Item>
  );
}

export function UnitForm({ editing, onClose }: { editing: Editing | undefined; onClose: () => void }) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const actions = useUnitActions();
  const [form] = Form.useForm<Values>();
  const unit = editing && 'edit' in editing ? editing.edit : undefined;
  const chosen = Form.useWatch('kind', form);
  const isStore = unit ? unit.kind === 'store' : chosen === 'store';
  const parent = editing && 'add' in editing ? editing.add : null;
  const save = ({ name, kind, parent_id, store_key }: Values) =>
    unit
      ? actions.change(unit.unit_id, { name, store_key: store_key ?? null })
      : actions.add({ name, kind, parent_id, store_key: store_key ?? null });
  return (
    <FormModal<Values>
      open={editing !== undefined}
      title={unit ? w.editTitle(unit.name) : w.addTitle}
      okText={w.save}
      form={form}
      initialValues={
        unit
          ? { name: unit.name, ...(unit.store_key ? { store_key: unit.store_key } : {}) }
          : { kind: parent === null ? 'head_office' : 'store', parent_id: parent }
      }
      onSave={save}
      onClose={onClose}
    >
      <Form.Item<Values>
        name="name"
        label={w.name}
        rules={[{ required: true, whitespace: true, message: w.nameNeeded }]}
      >
        <Input maxLength={100} autoFocus autoComplete="off" />
      </Form.Item>
      {unit ? null : (
        <>
          <Form.Item<Values> name="kind" label={w.kind}>
            <Select options={KINDS.map((value) => ({ value, label: kinds[value] }))} />
          </Form.Item>
          <Form.Item<Values> name="parent_id" label={w.parent}>
            <ParentSelect />
          </Form.Item>
        </>
      )}
      {isStore ? <StoreKeyField /> : null}
    </FormModal>
  );
}

export function MoveForm({ unit, onClose }: { unit: OrgUnit | undefined; onClose: () => void }) {
  const w = useWords(words);
  const { move } = useUnitActions();
  const [form] = Form.useForm<Pick<Values, 'parent_id'>>();
  return (
    <FormModal<Pick<Values, 'parent_id'>>
      open={unit !== undefined}
      title={w.moveTitle(unit?.name ?? '')}
      okText={w.moveOk}
      form={form}
      initialValues={{ parent_id: unit?.parent_id ?? null }}
      onSave={async ({ parent_id }) => unit && move(unit.unit_id, parent_id)}
      onClose={onClose}
    >
      <Form.Item<Values> name="parent_id" label={w.parent} extra={w.moveHelp}>
        <ParentSelect moving={unit?.unit_id} />
      </Form.Item>
    </FormModal>
  );
}
