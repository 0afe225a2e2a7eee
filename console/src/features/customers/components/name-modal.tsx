/** One name, asked for in a window: of a tag or of a group; a group also has a colour and may be exclusive. */
import { Checkbox, Form, Input, Select } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { ColorTag, type TagColor } from '@/ui/tags';
import { colourWords, words } from '../words/tags';

export interface Named {
  name: string;
  colour: TagColor;
  exclusive: boolean;
}

interface NameModalProps {
  title: string;
  okText: string;
  label: string;
  initial?: Partial<Named>;
  /** What a group has besides its name; `new` asks for what never changes too. */
  group?: 'new' | 'edit';
  onSave: (values: Named) => Promise<unknown>;
  onClose: () => void;
}

export function NameModal({ title, okText, label, initial, group, onSave, onClose }: NameModalProps) {
  const w = useWords(words);
  const colours = useWords(colourWords);
  const [form] = Form.useForm<Named>();
  return (
    <FormModal<Named>
      open
      title={title}
      okText={okText}
      form={form}
      initialValues={{ colour: 'indigo', exclusive: false, ...initial }}
      onSave={onSave}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={label}
        rules={[{ required: true, whitespace: true, message: w.nameNeeded }]}
      >
        <Input maxLength={60} autoFocus autoComplete="off" />
      </Form.Item>
      {group ? (
        <Form.Item name="colour" label={w.colour}>
          <Select
            options={(Object.keys(colours) as TagColor[]).map((value) => ({
              value,
              label: <ColorTag color={value}>{colours[value]}</ColorTag>,
            }))}
          />
        </Form.Item>
      ) : null}
      {group === 'new' ? (
        <Form.Item name="exclusive" valuePropName="checked" extra={w.exclusiveHelp}>
          <Checkbox>{w.exclusive}</Checkbox>
        </Form.Item>
      ) : null}
    </FormModal>
  );
}
