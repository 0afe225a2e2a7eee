/** An address is taken off the list by somebody who says why. */
import { Form, Input } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type Suppression, useSuppressionActions } from '../queries';
import { listWords } from '../words';

export function LiftModal({ row, onClose }: { row: Suppression; onClose: () => void }) {
  const w = useWords(listWords);
  const { lift } = useSuppressionActions();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <FormModal<{ reason: string }>
      open
      title={w.liftTitle}
      okText={w.liftOk}
      form={form}
      onSave={({ reason }) => lift(row.suppression_id, reason)}
      onClose={onClose}
    >
      <p>{w.liftText}</p>
      <Form.Item
        name="reason"
        label={w.liftReason}
        extra={w.liftHelp}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.liftNeeded }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount placeholder={w.liftPlaceholder} />
      </Form.Item>
    </FormModal>
  );
}
