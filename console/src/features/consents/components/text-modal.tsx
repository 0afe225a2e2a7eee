/** A text, or a further version of one, is written. */
import { App, Form, Input, Select } from 'antd';
import { channelsOf, channelWords, PURPOSES, type Purpose, purposeWords } from '@/ui/consent-words';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type ConsentText, type NewText, useConsentActions } from '../queries';
import { words } from '../words';

type Values = Pick<NewText, 'code' | 'purpose' | 'channels' | 'title' | 'body'>;

const CODE = /^[a-z0-9][a-z0-9_-]{0,39}$/;

interface TextModalProps {
  /** The version that this one follows; nothing for a new text. */
  after: ConsentText | undefined;
  onClose: () => void;
}

export function TextModal({ after, onClose }: TextModalProps) {
  const w = useWords(words);
  const purposes = useWords(purposeWords);
  const channels = useWords(channelWords);
  const { message } = App.useApp();
  const { addText } = useConsentActions();
  const [form] = Form.useForm<Values>();
  const purpose = Form.useWatch('purpose', form) ?? after?.purpose ?? 'marketing';
  const save = async (values: Values) => {
    await addText({ ...values, after_version: after?.version ?? 0, language: after?.language ?? 'zh-CN' });
    message.success(w.saved);
  };
  const needed = (text: string) => [{ required: true, whitespace: true, message: text }];
  return (
    <FormModal<Values>
      open
      width={640}
      title={after ? w.newVersion : w.newText}
      okText={w.saveText}
      form={form}
      initialValues={after ?? { purpose: 'marketing', channels: ['sms'] }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item
        name="code"
        label={w.code}
        extra={w.codeHelp}
        rules={[{ required: true, pattern: CODE, message: w.codeNeeded }]}
      >
        <Input disabled={after !== undefined} maxLength={40} />
      </Form.Item>
      <Form.Item name="purpose" label={w.purpose}>
        <Select<Purpose>
          options={PURPOSES.map((value) => ({ value, label: purposes[value] }))}
          onChange={(next) => form.setFieldValue('channels', channelsOf(next).slice(0, 1))}
        />
      </Form.Item>
      <Form.Item
        name="channels"
        label={w.channels}
        rules={[{ required: true, type: 'array', min: 1, message: w.channelsNeeded }]}
      >
        <Select
          mode="multiple"
          options={channelsOf(purpose).map((value) => ({ value, label: channels[value] }))}
        />
      </Form.Item>
      <Form.Item name="title" label={w.textTitle} rules={needed(w.textTitleNeeded)}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="body" label={w.body} extra={w.bodyHelp} rules={needed(w.bodyNeeded)}>
        <Input.TextArea autoSize={{ minRows: 5, maxRows: 14 }} maxLength={20_000} />
      </Form.Item>
    </FormModal>
  );
}
