/** A customer is written down, or what is known of one is corrected, by hand. */
import { Alert, App, Checkbox, Flex, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { FormModal } from '@/ui/form-modal';
import { useLanguage, useWords } from '@/ui/i18n';
import { type CustomerIn, type FieldDefinition, useByHand } from '../by-hand-queries';
import { changesOf, labelOf, valueText } from '../fields';
import type { Profile } from '../queries';
import { useStores } from '../queries';
import { words } from '../words/by-hand';
import { FieldInput } from './field-input';

type Values = Record<string, string | undefined> & { fields?: Record<string, string | undefined> };
interface CustomerFormProps {
  /** Absent for a customer whom nobody knows yet. */
  editing?: { profile: Profile; revision: string };
  definitions: FieldDefinition[];
  /** What the brand's fields hold, by name, masked where it is personal. */
  held: Readonly<Record<string, string>>;
  onDone: (customerId: number) => void;
  onClose: () => void;
}

const BIRTHDAY = { kind: 'date' as const, choices: [], least: null, most: null };
const CLEARABLE = ['name', 'gender', 'birthday', 'province', 'store_key'] as const;

function Clear({ names, cleared, onChange }: ClearProps) {
  const w = useWords(words);
  if (names.length === 0) return null;
  return (
    <Form.Item label={w.clear}>
      <Flex wrap gap={12}>
        {names.map(({ name, label }) => (
          <Checkbox
            key={name}
            checked={cleared.includes(name)}
            onChange={({ target }) =>
              onChange(target.checked ? [...cleared, name] : cleared.filter((one) => one !== name))
            }
          >
            {label}
          </Checkbox>
        ))}
      </Flex>
    </Form.Item>
  );
}
interface ClearProps {
  names: { name: string; label: string }[];
  cleared: string[];
  onChange: (cleared: string[]) => void;
}

function Profiles({ profile }: { profile: Profile | undefined }) {
  const w = useWords(words);
  const stores = useStores();
  const was = (value: string | null | undefined) => value || (profile ? w.keepAsIs : '');
  const plain = { maxLength: 100, autoComplete: 'off' } as const;
  return (
    <>
      <Form.Item name="name" label={w.name}>
        <Input {...plain} placeholder={was(profile?.name)} autoFocus />
      </Form.Item>
      <Form.Item
        name="phone"
        label={profile ? w.newPhone : w.phone}
        extra={profile ? w.newPhoneHelp : w.oneOf}
      >
        <Input {...plain} placeholder={was(profile?.phone)} inputMode="tel" />
      </Form.Item>
      <Form.Item name="email" label={profile ? w.newEmail : w.email}>
        <Input {...plain} placeholder={was('')} />
      </Form.Item>
      {profile ? null : (
        <Form.Item name="member_no" label={w.memberNo}>
          <Input {...plain} />
        </Form.Item>
      )}
      <Form.Item name="gender" label={w.gender}>
        <Select
          allowClear
          placeholder={was(profile?.gender ? w[profile.gender === 'male' ? 'male' : 'female'] : '')}
          options={[
            { value: 'female', label: w.female },
            { value: 'male', label: w.male },
          ]}
        />
      </Form.Item>
      <Form.Item name="birthday" label={w.birthday}>
        <FieldInput field={BIRTHDAY} placeholder={was(profile?.birthday)} />
      </Form.Item>
      <Form.Item name="province" label={w.province}>
        <Input {...plain} placeholder={was(profile?.province)} />
      </Form.Item>
      <Form.Item name="store_key" label={w.store}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={was(stores.find(({ store_key }) => store_key === profile?.store_key)?.name)}
          options={stores.map(({ store_key, name }) => ({ value: store_key, label: name }))}
        />
      </Form.Item>
    </>
  );
}

export function CustomerForm({ editing, definitions, held, onDone, onClose }: CustomerFormProps) {
  const w = useWords(words);
  const language = useLanguage();
  const { message } = App.useApp();
  const { create, edit } = useByHand();
  const [form] = Form.useForm<Values>();
  const [cleared, setCleared] = useState<string[]>([]);
  const profile = editing?.profile;
  const told = { language, yes: w.yes, no: w.no };
  const labels: Record<string, string> = {
    name: w.name,
    gender: w.gender,
    birthday: w.birthday,
    province: w.province,
    store_key: w.store,
  };
  const emptied = CLEARABLE.filter((name) => profile?.[name]).map((name) => ({
    name: name as string,
    label: labels[name] ?? name,
  }));
  const fieldsEmptied = definitions
    .filter(({ name, required }) => held[name] && !required)
    .map((field) => ({ name: `fields.${field.name}`, label: labelOf(field, language) }));
  const save = async ({ fields, ...values }: Values) => {
    const isField = (name: string) => name.startsWith('fields.');
    const said = changesOf(
      values,
      cleared.filter((name) => !isField(name)),
    );
    const inFields = changesOf(
      fields ?? {},
      cleared.filter(isField).map((name) => name.slice(7)),
    );
    const body = (Object.keys(inFields).length > 0 ? { ...said, fields: inFields } : said) as CustomerIn;
    if (editing) {
      await edit(editing.profile.customer_id, editing.revision, body);
      message.success(w.edited);
      onDone(editing.profile.customer_id);
    } else {
      const { customer_id } = await create(body);
      message.success(w.created);
      onDone(customer_id);
    }
  };
  return (
    <FormModal<Values>
      open
      title={editing ? w.editTitle : w.createTitle}
      okText={editing ? w.editOk : w.createOk}
      form={form}
      width={640}
      onSave={save}
      onClose={onClose}
    >
      {editing ? <Alert type="info" showIcon title={w.editHelp} className="form-refusal" /> : null}
      <div className="form-columns">
        <Profiles profile={profile} />
        {definitions.map((field) => (
          <Form.Item
            key={field.name}
            name={['fields', field.name]}
            label={labelOf(field, language)}
            rules={[{ required: !editing && Boolean(field.required), message: w.needed }]}
          >
            <FieldInput field={field} placeholder={valueText(field, held[field.name] ?? '', told)} />
          </Form.Item>
        ))}
      </div>
      {editing ? (
        <Clear names={[...emptied, ...fieldsEmptied]} cleared={cleared} onChange={setCleared} />
      ) : null}
    </FormModal>
  );
}
