/** An event of the brand's own is defined, or gets a new version. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Form, Input, Select } from 'antd';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { type EventName, type EventProperty, useCatalogueActions } from '../queries';
import { formWords, typeWords } from '../words/catalogue';

interface Values {
  name: string;
  title_zh: string;
  title_en: string;
  properties: EventProperty[];
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const FRESH: EventProperty = { name: '', type: 'VARCHAR', required: false, personal: false };

function Properties() {
  const w = useWords(formWords);
  const types = useWords(typeWords);
  const options = Object.entries(types).map(([value, label]) => ({ value, label }));
  return (
    <Form.List name="properties">
      {(fields, { add, remove }) => (
        <div className="property-list">
          {fields.map(({ key, name }) => (
            <div key={key} className="property-row">
              <Form.Item
                name={[name, 'name']}
                rules={[{ required: true, whitespace: true, message: w.propertyNeeded }]}
              >
                <Input placeholder={w.propertyName} aria-label={w.propertyName} maxLength={64} />
              </Form.Item>
              <Form.Item name={[name, 'type']}>
                <Select aria-label={w.type} options={options} style={{ width: 130 }} />
              </Form.Item>
              <Form.Item name={[name, 'required']} valuePropName="checked">
                <Checkbox>{w.required}</Checkbox>
              </Form.Item>
              <Form.Item name={[name, 'personal']} valuePropName="checked">
                <Checkbox>{w.personal}</Checkbox>
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={w.remove}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button type="dashed" icon={<PlusOutlined />} block onClick={() => add({ ...FRESH })}>
            {w.add}
          </Button>
        </div>
      )}
    </Form.List>
  );
}

/** `event` is what it is now; without it a new name is defined. */
export function DefinitionForm({ event, onClose }: { event?: EventName; onClose: () => void }) {
  const w = useWords(formWords);
  const { message } = App.useApp();
  const { define } = useCatalogueActions();
  const [form] = Form.useForm<Values>();
  const save = async ({ name, ...body }: Values) => {
    const saved = await define(event?.name ?? name, { ...body, properties: body.properties ?? [] });
    message.success(w.done(saved.name, saved.version));
  };
  const title = [{ required: true, whitespace: true, message: w.titleNeeded }];
  return (
    <FormModal<Values>
      open
      title={event ? w.editTitle(event.name) : w.defineTitle}
      okText={w.save}
      form={form}
      width={680}
      initialValues={{
        name: event?.name ?? '',
        title_zh: event?.title_zh ?? '',
        title_en: event?.title_en ?? '',
        properties: event?.properties ?? [],
      }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item<Values>
        name="name"
        label={w.name}
        extra={w.nameHelp}
        rules={event ? [] : [{ required: true, pattern: NAME, message: w.nameNeeded }]}
      >
        <Input disabled={event !== undefined} maxLength={64} autoComplete="off" autoFocus={!event} />
      </Form.Item>
      <div className="two-columns">
        <Form.Item<Values> name="title_zh" label={w.titleZh} rules={title}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item<Values> name="title_en" label={w.titleEn} rules={title}>
          <Input maxLength={200} />
        </Form.Item>
      </div>
      <Form.Item label={w.properties} extra={event ? w.versionNote : w.propertiesHelp}>
        <Properties />
      </Form.Item>
    </FormModal>
  );
}
