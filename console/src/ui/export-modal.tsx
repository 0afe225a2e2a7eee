/** Asks how a list shall be exported: masked, or in clear with a reason by whoever may. */
import { Form, Input, Radio } from 'antd';
import { words } from './export-words';
import { FormModal } from './form-modal';
import { useWords } from './i18n';
import { useCan } from './session';

interface Values {
  form: 'masked' | 'clear';
  reason?: string;
}

interface ExportModalProps {
  open: boolean;
  title: string;
  /** What goes into the file. */
  text: string;
  onExport: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

export function ExportModal({ open, title, text, onExport, onClose }: ExportModalProps) {
  const w = useWords(words);
  const reveals = useCan('customers.reveal');
  const [form] = Form.useForm<Values>();
  const shape = Form.useWatch('form', form);
  return (
    <FormModal<Values>
      open={open}
      title={title}
      okText={w.ok}
      form={form}
      initialValues={{ form: 'masked' }}
      onSave={(values) => onExport(values.form === 'clear' ? (values.reason ?? '') : '')}
      onClose={onClose}
    >
      <p>{text}</p>
      <p className="quiet">{w.audited}</p>
      <Form.Item name="form">
        <Radio.Group
          options={[
            { value: 'masked', label: w.masked },
            ...(reveals ? [{ value: 'clear', label: w.clear }] : []),
          ]}
        />
      </Form.Item>
      {shape === 'clear' ? (
        <Form.Item
          name="reason"
          label={w.reason}
          extra={w.reasonHelp}
          rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.reasonNeeded }]}
        >
          <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
        </Form.Item>
      ) : null}
    </FormModal>
  );
}
