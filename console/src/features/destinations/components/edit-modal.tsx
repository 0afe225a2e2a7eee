/** A webhook is called otherwise, goes elsewhere, or is told of other facts. */
import { App, Form, Input } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type Destination, useDestinationActions, type WebhookChange } from '../queries';
import { wizardWords, words } from '../words';
import { FactsPicker } from './facts-picker';

export function EditModal({ one, onClose }: { one: Destination; onClose: () => void }) {
  const w = useWords(words);
  const steps = useWords(wizardWords);
  const { message } = App.useApp();
  const { change } = useDestinationActions();
  const [form] = Form.useForm<WebhookChange>();
  const settings = one.settings as { url: string; facts: string[] };
  const save = async (values: WebhookChange) => {
    await change(one.destination_id, values);
    message.success(w.saved);
  };
  return (
    <FormModal<WebhookChange>
      open
      title={w.editTitle}
      okText={w.save}
      form={form}
      width={820}
      initialValues={{ name: one.name, url: settings.url, facts: settings.facts }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={w.name}
        rules={[{ required: true, whitespace: true, message: steps.nameNeeded }]}
      >
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="url"
        label={w.address}
        rules={[{ required: true, whitespace: true, message: steps.urlNeeded }]}
      >
        <Input maxLength={2000} autoComplete="off" className="mono" />
      </Form.Item>
      <Form.Item
        name="facts"
        label={w.facts}
        rules={[{ required: true, type: 'array', min: 1, message: steps.factsNeeded }]}
      >
        <FactsPicker />
      </Form.Item>
    </FormModal>
  );
}
