/** A link is taken back: what it says, what would become of whom, and why it is wrong. */
import { App, Form, Input } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useIdentityActions, useRetractionPreview } from '../identity-queries';
import { words } from '../words/identities';
import { EffectPreview } from './effect-preview';

interface UnlinkModalProps {
  edgeId: number;
  /** The link as a sentence. */
  said: string;
  onClose: () => void;
}

export function UnlinkModal({ edgeId, said, onClose }: UnlinkModalProps) {
  const w = useWords(words);
  const { message } = App.useApp();
  const { retract } = useIdentityActions();
  const preview = useRetractionPreview(edgeId);
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <FormModal<{ reason: string }>
      open
      title={w.unlinkTitle}
      okText={w.unlinkOk}
      okDisabled={!preview.data}
      form={form}
      width={600}
      onSave={async ({ reason }) => {
        await retract(edgeId, reason);
        message.success(w.unlinked);
      }}
      onClose={onClose}
    >
      <p>{said}</p>
      <EffectPreview query={preview} none={w.effectNone} />
      <Form.Item
        name="reason"
        label={w.unlinkReason}
        extra={w.unlinkHelp}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.reasonNeeded }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={200} showCount placeholder={w.unlinkPlaceholder} />
      </Form.Item>
    </FormModal>
  );
}
