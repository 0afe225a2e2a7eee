/** A bundle that proves for each recipient by which consent the message was allowed; a task writes it. */
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type Campaign, proveCampaign } from '../queries';
import { words } from '../words/proof';

export function ProofButton({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const [form] = Form.useForm<{ reason: string }>();
  const [open, setOpen] = useState(false);
  const save = async ({ reason }: { reason: string }) => {
    if (!(await proveCampaign(campaign.campaign_id, reason))) message.error(w.failed);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{w.proof}</Button>
      <FormModal<{ reason: string }>
        open={open}
        title={w.title}
        okText={w.ok}
        form={form}
        onSave={save}
        onClose={() => setOpen(false)}
      >
        <p>{w.text}</p>
        <Form.Item
          name="reason"
          label={w.reason}
          extra={w.reasonHelp}
          rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.reasonNeeded }]}
        >
          <Input.TextArea autoFocus rows={2} maxLength={200} showCount placeholder={w.placeholder} />
        </Form.Item>
      </FormModal>
    </>
  );
}
