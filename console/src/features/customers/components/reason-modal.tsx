/** A window that asks for a reason before something is done that the audit log keeps. */
import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { words } from '../words/customer';

interface ReasonModalProps {
  open: boolean;
  title: string;
  okText: string;
  label: string;
  placeholder: string;
  text?: ReactNode;
  onReason: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

export function ReasonModal({
  open,
  title,
  okText,
  label,
  placeholder,
  text,
  onReason,
  onClose,
}: ReasonModalProps) {
  const w = useWords(words);
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <FormModal<{ reason: string }>
      open={open}
      title={title}
      okText={okText}
      form={form}
      onSave={({ reason }) => onReason(reason)}
      onClose={onClose}
    >
      {text ? <p>{text}</p> : null}
      <Form.Item
        name="reason"
        label={label}
        extra={w.revealHelp}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.revealNeeded }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount placeholder={placeholder} />
      </Form.Item>
    </FormModal>
  );
}
