/** A webhook's settings and mapping, with a live preview beside them. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, Checkbox, Form, Input, Radio } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { EMPTY_MAPPING, useWebhookActions, type Webhook, type WebhookChanges } from '../queries';
import { words } from '../words/webhooks';
import { WebhookPreview } from './webhook-preview';

type Values = WebhookChanges;

function Parts({ name, label }: { name: 'identities' | 'properties'; label: string }) {
  const w = useWords(words);
  return (
    <Form.Item label={label}>
      <Form.List name={['mapping', name]}>
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <div key={field.key} className="mapped-row">
                <Form.Item name={[field.name, 'name']} rules={[{ required: true, message: w.partName }]}>
                  <Input placeholder={name === 'identities' ? 'phone' : w.partName} aria-label={w.partName} />
                </Form.Item>
                <Form.Item name={[field.name, 'path']} rules={[{ required: true, message: w.path }]}>
                  <Input placeholder="data.buyer.mobile" aria-label={w.path} className="mono" />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={w.removePart}
                  onClick={() => remove(field.name)}
                />
              </div>
            ))}
            <Button
              type="dashed"
              size="small"
              icon={<PlusOutlined />}
              onClick={() => add({ name: '', path: '' })}
            >
              {w.addPart}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

function CheckFields({ of, signature }: { of: Webhook | undefined; signature: string }) {
  const w = useWords(words);
  const has = of?.signature === 'hmac_sha256';
  return (
    <>
      <Form.Item<Values> name="signature" label={w.signature}>
        <Radio.Group
          options={[
            { value: 'hmac_sha256', label: w.hmac },
            { value: 'none', label: w.none },
          ]}
        />
      </Form.Item>
      {signature === 'none' ? (
        <Alert type="warning" showIcon title={w.noneWarning} className="form-refusal" />
      ) : (
        <>
          <Form.Item<Values>
            name="secret"
            label={w.secret}
            extra={has ? w.secretKept : w.secretHelp}
            rules={[{ required: !has, min: 8, message: w.secretNeeded }]}
          >
            <Input.Password autoComplete="new-password" maxLength={500} />
          </Form.Item>
          <div className="two-columns">
            <Form.Item<Values> name="signature_header" label={w.signatureHeader} rules={[{ required: true }]}>
              <Input maxLength={60} />
            </Form.Item>
            <Form.Item<Values> name="timestamp_header" label={w.timestampHeader}>
              <Input maxLength={60} />
            </Form.Item>
          </div>
          <p className="quiet">{w.timestampHelp}</p>
        </>
      )}
    </>
  );
}

function MappingFields() {
  const w = useWords(words);
  const field = (name: 'items' | 'event' | 'event_id' | 'occurred_at', label: string, help: string) => (
    <Form.Item
      name={['mapping', name]}
      label={label}
      extra={help}
      rules={name === 'event' ? [{ required: true, whitespace: true, message: w.eventNeeded }] : []}
    >
      <Input className="mono" maxLength={500} />
    </Form.Item>
  );
  return (
    <>
      <h3>{w.mapping}</h3>
      {field('items', w.items, w.itemsHelp)}
      {field('event', w.event, w.eventHelp)}
      {field('event_id', w.eventId, w.eventIdHelp)}
      {field('occurred_at', w.occurredAt, w.occurredAtHelp)}
      <Parts name="identities" label={w.identities} />
      <Parts name="properties" label={w.properties} />
      <p className="quiet">{w.rootHelp}</p>
      <Form.Item name={['mapping', 'authenticated']} valuePropName="checked">
        <Checkbox>{w.authenticated}</Checkbox>
      </Form.Item>
    </>
  );
}

export function WebhookForm({ of, onClose }: { of: Webhook | undefined; onClose: () => void }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const { add, change } = useWebhookActions();
  const [form] = Form.useForm<Values>();
  const mapping = Form.useWatch((values: Values) => ({ ...EMPTY_MAPPING, ...values.mapping }), form);
  const signature = Form.useWatch('signature', form) ?? of?.signature ?? 'hmac_sha256';
  const save = async (values: Values) => {
    const body = {
      ...values,
      enabled: values.enabled ?? true,
      secret: values.secret || null,
      signature_header: values.signature_header ?? 'X-Signature',
      timestamp_header: values.timestamp_header ?? '',
      mapping: { ...EMPTY_MAPPING, ...values.mapping },
    };
    await (of ? change(of.webhook_id, body) : add(body));
    message.success(w.saved);
  };
  return (
    <FormModal<Values>
      open
      title={of ? w.editTitle(of.source) : w.addTitle}
      okText={w.save}
      form={form}
      width={1080}
      initialValues={{
        source: of?.source ?? '',
        signature: of?.signature === 'none' ? 'none' : 'hmac_sha256',
        signature_header: of?.signature_header ?? 'X-Signature',
        timestamp_header: of?.timestamp_header ?? 'X-Timestamp',
        enabled: of?.enabled ?? true,
        mapping: of?.mapping ?? EMPTY_MAPPING,
      }}
      onSave={save}
      onClose={onClose}
    >
      <div className="webhook-columns">
        <div>
          <Form.Item<Values>
            name="source"
            label={w.source}
            rules={[{ required: true, whitespace: true, message: w.sourceNeeded }]}
          >
            <Input maxLength={100} autoFocus={!of} autoComplete="off" />
          </Form.Item>
          <CheckFields of={of} signature={signature} />
          {of ? (
            <Form.Item<Values> name="enabled" valuePropName="checked">
              <Checkbox>{w.enabled}</Checkbox>
            </Form.Item>
          ) : null}
          <MappingFields />
        </div>
        <div>
          <WebhookPreview mapping={mapping ?? EMPTY_MAPPING} />
        </div>
      </div>
    </FormModal>
  );
}
