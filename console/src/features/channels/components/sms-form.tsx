/** The SMS channel: vendor, signature, hours and caps. */
import { Alert, App, Card, Flex, Form, Input, InputNumber, Select, Switch, TimePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { SettingFoot, SettingSection } from '@/ui/settings';
import { useSubmit } from '@/ui/use-submit';
import { type SmsChannel, useSmsChange } from '../queries';
import { changesOf, type Values, valuesOf } from '../values';
import { words } from '../words';

/** The form holds 09:00, the picker wants a moment. */
const CLOCK = {
  getValueProps: (value?: string) => ({ value: value ? dayjs(`2000-01-01T${value}`) : null }),
  normalize: (value: Dayjs | null) => value?.format('HH:mm') ?? '',
};

interface SmsFormProps {
  channel: SmsChannel;
  touched: boolean;
  onTouched: (touched: boolean) => void;
}

function Vendor({ channel }: { channel: SmsChannel }) {
  const w = useWords(words);
  const price = { definition: w.priceMeaning, unit: w.priceUnitLong };
  return (
    <SettingSection title={w.vendor} help={w.vendorHelp}>
      <Form.Item<Values> name="enabled" label={w.enabled} extra={w.enabledHelp} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item<Values> name="provider" label={w.provider}>
        <Select options={[{ value: 'sandbox', label: w.sandbox }]} className="field" />
      </Form.Item>
      <Form.Item<Values>
        name="base_url"
        label={w.address}
        extra={w.addressHelp}
        rules={[{ required: true, pattern: /^https?:\/\/\S+$/, message: w.addressNeeded }]}
      >
        <Input className="field" inputMode="url" spellCheck={false} placeholder="http://127.0.0.1:8018" />
      </Form.Item>
      <Form.Item<Values> name="key" label={w.key} extra={w.keyHelp}>
        <Input.Password
          className="field"
          autoComplete="new-password"
          {...(channel.has_key ? { placeholder: w.keyKept } : {})}
        />
      </Form.Item>
      <Form.Item<Values>
        name="price"
        label={<Definition of={price}>{w.price}</Definition>}
        rules={[{ required: true, type: 'number', min: 0, message: w.capNeeded }]}
      >
        <InputNumber<number> min={0} step={0.1} precision={2} suffix={w.priceUnit} className="field-short" />
      </Form.Item>
    </SettingSection>
  );
}

function Caps() {
  const w = useWords(words);
  const caps = [
    { name: 'cap_per_day', label: w.capDay, definition: w.capDayMeaning },
    { name: 'cap_per_30_days', label: w.capMonth, definition: w.capMonthMeaning },
  ] as const;
  return (
    <Flex gap={20} wrap>
      {caps.map(({ name, label, definition }) => (
        <Form.Item<Values>
          key={name}
          name={name}
          label={<Definition of={{ definition, unit: w.capUnitLong }}>{label}</Definition>}
          rules={[{ required: true, type: 'integer', min: 0, message: w.capNeeded }]}
        >
          <InputNumber<number> min={0} precision={0} suffix={w.capUnit} className="field-short" />
        </Form.Item>
      ))}
    </Flex>
  );
}

function Limits() {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  return (
    <SettingSection title={w.limits} help={w.limitsHelp}>
      <Form.Item label={w.window} extra={w.windowHelp(zone)}>
        <Flex gap={8} align="center">
          <Form.Item<Values>
            name="opens"
            noStyle
            {...CLOCK}
            rules={[{ required: true, message: w.windowOrder }]}
          >
            <TimePicker
              format="HH:mm"
              minuteStep={5}
              allowClear={false}
              needConfirm={false}
              aria-label={w.opens}
              className="field-time"
            />
          </Form.Item>
          –
          <Form.Item<Values>
            name="closes"
            noStyle
            {...CLOCK}
            dependencies={['opens']}
            rules={[
              ({ getFieldValue }) => ({
                validator: async (_, value: string) => {
                  if (!value || value <= getFieldValue('opens')) throw new Error(w.windowOrder);
                },
              }),
            ]}
          >
            <TimePicker
              format="HH:mm"
              minuteStep={5}
              allowClear={false}
              needConfirm={false}
              aria-label={w.closes}
              className="field-time"
            />
          </Form.Item>
        </Flex>
      </Form.Item>
      <Caps />
    </SettingSection>
  );
}

export function SmsForm({ channel, touched, onTouched }: SmsFormProps) {
  const w = useWords(words);
  const editable = useCan('channels.edit');
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { submit, busy, refusal } = useSubmit(form);
  const change = useSmsChange();
  const save = async (values: Values) => {
    if (!(await submit(() => change.mutateAsync(changesOf(values))))) return;
    form.setFieldValue('key', '');
    onTouched(false);
    message.success(w.saved);
  };
  const discard = () => {
    form.setFieldsValue(valuesOf(channel));
    onTouched(false);
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!editable}
      initialValues={valuesOf(channel)}
      scrollToFirstError
      onValuesChange={() => onTouched(true)}
      onFinish={(values) => void save(values)}
    >
      <Card styles={{ body: { padding: 0 } }}>
        {editable ? null : <Alert banner type="info" title={w.readOnly} />}
        {refusal ? <Alert banner type="error" role="alert" title={refusal} /> : null}
        <Vendor channel={channel} />
        <SettingSection title={w.text} help={w.textHelp}>
          <Form.Item<Values>
            name="signature"
            label={w.signature}
            extra={w.signatureHelp}
            rules={[{ required: true, pattern: /^[^【】]+$/, message: w.signatureNeeded }]}
          >
            <Input className="field" maxLength={20} prefix="【" suffix="】" />
          </Form.Item>
          <Form.Item<Values> name="opt_out_line" label={w.optOut} extra={w.optOutHelp}>
            <Input className="field" maxLength={50} />
          </Form.Item>
        </SettingSection>
        <Limits />
        {editable ? <SettingFoot touched={touched} busy={busy} onDiscard={discard} /> : null}
      </Card>
    </Form>
  );
}
