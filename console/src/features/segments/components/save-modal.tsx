/** The name and description under which the conditions are kept. */
import { Form, Input } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import type { SegmentValues } from '../queries';
import { words } from '../words';

interface SaveModalProps {
  open: boolean;
  initial: SegmentValues;
  onSave: (values: SegmentValues) => Promise<unknown>;
  onClose: () => void;
}

export function SaveModal({ open, initial, onSave, onClose }: SaveModalProps) {
  const w = useWords(words);
  const [form] = Form.useForm<SegmentValues>();
  return (
    <FormModal<SegmentValues>
      open={open}
      title={w.saveTitle}
      okText={w.save}
      form={form}
      initialValues={initial}
      onSave={onSave}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={w.name}
        rules={[{ required: true, whitespace: true, max: 100, message: w.nameNeeded }]}
      >
        <Input autoFocus maxLength={100} placeholder={w.namePlaceholder} />
      </Form.Item>
      <Form.Item name="description" label={w.description}>
        <Input.TextArea rows={2} maxLength={1000} placeholder={w.descriptionPlaceholder} />
      </Form.Item>
    </FormModal>
  );
}
