/** Asks how a list shall be exported: masked, or in clear with a reason by whoever may. */
import { Form, Input, Radio } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { words } from '../words/list';

interface Values {
  form: 'masked' | 'clear';
  reason?: string;
}

interface ExportModalProps {
  open: boolean;
  total: string;
  onExport: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

export function ExportModal({ open, total, onExport, onClose }: ExportModalProps) {
  const w = useWords(words);
  const reveals = useCan('customers.reveal');
  const [form] = Form.useForm<Values>();
  const shape = Form.useWatch('form', form);
  return (
    <FormModal<Values>
      open={open}
      title={w.exportTitle}
      okText={w.exportOk}
      form={form}
      initialValues={{ form: 'masked' }}
      onSave={(values) => onExport(values.form === 'clear' ? (values.reason ?? '') : '')}
      onClose={onClose}
    >
      <p>{w.exportText(total)}</p>
      <p className="quiet">{w.exportAudited}</p>
      <Form.Item name="form">
        <Radio.Group
          options={[
            { value: 'masked', label: w.exportMasked },
            ...(reveals ? [{ value: 'clear', label: w.exportClear }] : []),
          ]}
        />
      </Form.Item>
      {shape === 'clear' ? (
        <Form.Item
          name="reason"
          label={w.exportReason}
          extra={w.exportReasonHelp}
          rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.exportReasonNeeded }]}
        >
          <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
        </Form.Item>
      ) : null}
    </FormModal>
  );
}
