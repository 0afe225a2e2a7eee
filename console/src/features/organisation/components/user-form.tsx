/** Adding a person and editing one: the same fields, except that a login never changes. */
import { Checkbox, Form, Input, Select } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { roleWords } from '@/ui/role-words';
import type { Role, StaffMember } from '../queries';
import { roleHelp } from '../words/access';
import { words as unitWords } from '../words/units';
import { words } from '../words/users';
import { UnitSelect } from './unit-select';

export interface UserValues {
  login: string;
  display_name: string;
  roles: Role[];
  language: 'zh-CN' | 'en';
  unit_ids: number[];
}

export const ROLES: Role[] = ['owner', 'operator', 'analyst', 'developer', 'store_manager', 'guide', 'agent'];
const LOGIN = /^[\p{L}\p{N}_.+@-]{2,64}$/u;
const LANGUAGES = [
  { value: 'zh-CN', label: '简体中文' },
  { value: 'en', label: 'English' },
];

interface UserFormProps {
  /** Absent when somebody is added. */
  user: StaffMember | undefined;
  open: boolean;
  onSave: (values: UserValues) => Promise<unknown>;
  onClose: () => void;
}

const valuesOf = (user: StaffMember | undefined): Partial<UserValues> =>
  user
    ? {
        display_name: user.display_name,
        roles: user.roles,
        unit_ids: user.unit_ids,
        language: user.language === 'en' ? 'en' : 'zh-CN',
      }
    : { roles: ['operator'], language: 'zh-CN', unit_ids: [] };

export function UserForm({ user, open, onSave, onClose }: UserFormProps) {
  const w = useWords(words);
  const names = useWords(roleWords);
  const helps = useWords(roleHelp);
  const u = useWords(unitWords);
  const [form] = Form.useForm<UserValues>();
  return (
    <FormModal<UserValues>
      open={open}
      title={user ? w.editTitle(user.display_name) : w.addTitle}
      okText={user ? w.editOk : w.addOk}
      form={form}
      initialValues={valuesOf(user)}
      onSave={onSave}
      onClose={onClose}
    >
      {user ? null : (
        <Form.Item<UserValues>
          name="login"
          label={w.login}
          extra={w.loginHelp}
          rules={[{ required: true, pattern: LOGIN, message: w.loginNeeded }]}
        >
          <Input autoFocus autoComplete="off" spellCheck={false} />
        </Form.Item>
      )}
      <Form.Item<UserValues>
        name="display_name"
        label={w.name}
        rules={[{ required: true, whitespace: true, message: w.nameNeeded }]}
      >
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item<UserValues>
        name="roles"
        label={w.roles}
        rules={[{ required: true, message: w.rolesNeeded }]}
      >
        <Checkbox.Group className="role-choice">
          {ROLES.map((role) => (
            <Checkbox key={role} value={role}>
              {names[role]}
              <span className="quiet">{helps[role]}</span>
            </Checkbox>
          ))}
        </Checkbox.Group>
      </Form.Item>
      <Form.Item<UserValues> name="unit_ids" label={u.units} extra={u.unitsHelp}>
        <UnitSelect />
      </Form.Item>
      <Form.Item<UserValues> name="language" label={w.language}>
        <Select options={LANGUAGES} />
      </Form.Item>
    </FormModal>
  );
}
