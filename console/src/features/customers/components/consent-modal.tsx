/** What a customer said is written down: for a yes with the text they saw, for a no with nothing but the no. */
import { App, Form, Input, Radio, Select } from 'antd';
import { channelsOf, channelWords, PURPOSES, type Purpose, purposeWords } from '@/ui/consent-words';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type NewConsent, useConsentTexts, useCustomerActions } from '../queries';
import { words } from '../words/consent';

interface Values {
  granted: boolean;
  purpose: Purpose;
  channel: NewConsent['channel'];
  consent_text_id?: number;
  where: string;
}

export function ConsentModal({ customerId, onClose }: { customerId: number; onClose: () => void }) {
  const w = useWords(words);
  const purposes = useWords(purposeWords);
  const channels = useWords(channelWords);
  const { message } = App.useApp();
  const { say } = useCustomerActions(customerId);
  const [form] = Form.useForm<Values>();
  const granted = Form.useWatch('granted', form) ?? false;
  const purpose = Form.useWatch('purpose', form) ?? 'marketing';
  const channel = Form.useWatch('channel', form) ?? 'sms';
  const texts = (useConsentTexts().data?.items ?? []).filter(
    (text) => text.purpose === purpose && text.channels.includes(channel),
  );
  const offered = channelsOf(purpose);
  const save = async ({ where, consent_text_id, ...said }: Values) => {
    await say({
      ...said,
      source: 'console',
      consent_text_id: said.granted ? (consent_text_id ?? null) : null,
      evidence: { where },
    });
    message.success(w.recorded);
  };
  return (
    <FormModal<Values>
      open
      title={w.record}
      okText={w.recordOk}
      form={form}
      initialValues={{ granted: false, purpose: 'marketing', channel: 'sms' }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item name="granted" label={w.answer} extra={granted ? w.grantHelp : w.refuseHelp}>
        <Radio.Group
          optionType="button"
          options={[
            { value: false, label: w.refused },
            { value: true, label: w.granted },
          ]}
        />
      </Form.Item>
      <Form.Item name="purpose" label={w.purpose}>
        <Select<Purpose>
          options={PURPOSES.map((value) => ({ value, label: purposes[value] }))}
          onChange={(next) => form.setFieldsValue({ channel: channelsOf(next)[0] ?? 'all' })}
        />
      </Form.Item>
      <Form.Item name="channel" label={w.channel}>
        <Select
          options={[
            ...offered.map((value) => ({ value, label: channels[value] })),
            ...(granted || offered.length === 1 ? [] : [{ value: 'all' as const, label: w.everyChannel }]),
          ]}
        />
      </Form.Item>
      {granted ? (
        <Form.Item
          name="consent_text_id"
          label={w.shown}
          extra={texts.length === 0 ? w.noText : undefined}
          rules={[{ required: true, message: w.shownNeeded }]}
        >
          <Select
            options={texts.map((text) => ({
              value: text.consent_text_id,
              label: w.text(text.title, text.version),
            }))}
          />
        </Form.Item>
      ) : null}
      <Form.Item
        name="where"
        label={w.where}
        extra={w.whereHelp}
        rules={[{ required: true, min: 4, max: 200, whitespace: true, message: w.whereNeeded }]}
      >
        <Input.TextArea rows={2} maxLength={200} showCount placeholder={w.wherePlaceholder} />
      </Form.Item>
    </FormModal>
  );
}
