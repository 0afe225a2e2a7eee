/** Rejected events are given up, with a reason that goes to the audit log. */
import { App, Form, Input } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useRejectActions } from '../queries';
import { detailWords } from '../words/rejects';

export interface Dropping {
  event_reject_ids: number[];
  event?: string;
  reason?: string;
  field?: string;
}

export function DropModal({ dropping, onClose }: { dropping: Dropping; onClose: () => void }) {
  const w = useWords(detailWords);
  const { message } = App.useApp();
  const { drop } = useRejectActions();
  const [form] = Form.useForm<{ because: string }>();
  const save = async ({ because }: { because: string }) => {
    const { events } = await drop({ ...dropping, because });
    message.success(w.dropped(events));
  };
  return (
    <FormModal<{ because: string }>
      open
      title={w.dropTitle}
      okText={w.drop}
      form={form}
      onSave={save}
      onClose={onClose}
    >
      <p>{w.dropText}</p>
      <Form.Item
        name="because"
        label={w.dropWhy}
        rules={[{ required: true, whitespace: true, message: w.dropWhyNeeded }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
      </Form.Item>
    </FormModal>
  );
}
