/** A request is noted: whose, what they want, and why. */
import { Alert, Form, Input, InputNumber, Radio } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { usePrivacyActions } from '../queries';
import { kindWords, words } from '../words';

interface Values {
  customer_id: number;
  kind: 'erasure' | 'export';
  reason: string;
}

interface AskModalProps {
  customerId: number | undefined;
  onAsked: (requestId: number) => void;
  onClose: () => void;
}

export function AskModal({ customerId, onAsked, onClose }: AskModalProps) {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const { ask } = usePrivacyActions();
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form);
  return (
    <FormModal<Values>
      open
      title={w.askTitle}
      okText={w.askOk}
      form={form}
      initialValues={{ kind: 'export', ...(customerId ? { customer_id: customerId } : {}) }}
      onSave={async (values) => onAsked((await ask(values)).request_id)}
      onClose={onClose}
    >
      <Form.Item
        name="customer_id"
        label={w.customerId}
        extra={w.customerHelp}
        rules={[{ required: true, message: w.customerNeeded }]}
      >
        <InputNumber min={1} precision={0} controls={false} autoFocus style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="kind" label={w.what}>
        <Radio.Group
          options={[
            { value: 'export', label: kinds.export },
            { value: 'erasure', label: kinds.erasure },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="reason"
        label={w.reason}
        extra={w.reasonHelp}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.reasonNeeded }]}
      >
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
      <Alert
        type={kind === 'erasure' ? 'warning' : 'info'}
        showIcon
        title={kind === 'erasure' ? w.eraseWarning : w.exportNote}
      />
    </FormModal>
  );
}
