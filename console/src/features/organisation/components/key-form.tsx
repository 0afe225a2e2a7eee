/** A new key: who will use it and for what. */
import { Checkbox, DatePicker, Form, Input } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useUser } from '@/ui/session';
import { areaWords, permissionWords } from '../words/access';
import { words } from '../words/keys';
import { areaOf, wordFor } from './role-matrix';

interface KeyValues {
  source: string;
  scopes: string[];
  expires?: Dayjs | null;
}

interface KeyFormProps {
  open: boolean;
  onSave: (source: string, scopes: string[], expiresAt: string | null) => Promise<unknown>;
  onClose: () => void;
}

function Scopes({ value = [], onChange }: { value?: string[]; onChange?: (value: string[]) => void }) {
  const areas = useWords(areaWords);
  const names = useWords(permissionWords);
  const held = useUser().permissions;
  const order = Object.keys(names);
  const sorted = [...held].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return (
    <div className="scope-areas">
      {[...new Set(sorted.map(areaOf))].map((area) => (
        <fieldset key={area}>
          <legend>{wordFor(areas, area)}</legend>
          {sorted
            .filter((permission) => areaOf(permission) === area)
            .map((permission) => (
              <Checkbox
                key={permission}
                checked={value.includes(permission)}
                onChange={({ target }) =>
                  onChange?.(
                    target.checked ? [...value, permission] : value.filter((each) => each !== permission),
                  )
                }
              >
                {wordFor(names, permission)}
              </Checkbox>
            ))}
        </fieldset>
      ))}
    </div>
  );
}

export function KeyForm({ open, onSave, onClose }: KeyFormProps) {
  const w = useWords(words);
  const [form] = Form.useForm<KeyValues>();
  return (
    <FormModal<KeyValues>
      open={open}
      title={w.createTitle}
      okText={w.createOk}
      form={form}
      width={640}
      initialValues={{ scopes: [] }}
      onSave={({ source, scopes, expires }) =>
        onSave(source, scopes, expires ? expires.endOf('day').toISOString() : null)
      }
      onClose={onClose}
    >
      <Form.Item<KeyValues>
        name="source"
        label={w.source}
        extra={w.sourceHelp}
        rules={[{ required: true, whitespace: true, message: w.sourceNeeded }]}
      >
        <Input maxLength={100} autoFocus autoComplete="off" />
      </Form.Item>
      <Form.Item<KeyValues>
        name="scopes"
        label={w.scopes}
        extra={w.scopesHelp}
        rules={[{ required: true, type: 'array', min: 1, message: w.scopesNeeded }]}
      >
        <Scopes />
      </Form.Item>
      <Form.Item<KeyValues> name="expires" label={w.expires} extra={w.expiresHelp}>
        <DatePicker disabledDate={(day) => day.isBefore(dayjs(), 'day')} className="field-short" />
      </Form.Item>
    </FormModal>
  );
}
