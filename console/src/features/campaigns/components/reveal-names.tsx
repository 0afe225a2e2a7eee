/** Asks why the names in a preview are needed in clear. */
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { words as exportWords } from '@/ui/export-words';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { words } from '../words/wizard';

export function RevealNames({ onReason }: { onReason: (reason: string) => void }) {
  const w = useWords(words);
  const e = useWords(exportWords);
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <>
      <Button type="link" size="small" onClick={() => setOpen(true)}>
        {w.revealNames}
      </Button>
      <FormModal<{ reason: string }>
        open={open}
        title={w.revealNames}
        okText={w.revealOk}
        form={form}
        onSave={async ({ reason }) => onReason(reason.trim())}
        onClose={() => setOpen(false)}
      >
        <Form.Item
          name="reason"
          label={e.reason}
          extra={w.revealHelp}
          rules={[{ required: true, min: 4, max: 200, whitespace: true, message: e.reasonNeeded }]}
        >
          <Input.TextArea autoFocus rows={2} maxLength={200} showCount />
        </Form.Item>
      </FormModal>
    </>
  );
}
