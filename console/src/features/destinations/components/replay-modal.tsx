/** Deliveries are sent once more: those that were given up, or all of a time. */
import { App, DatePicker, Form, Radio } from 'antd';
import type { Dayjs } from 'dayjs';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useDestinationActions } from '../queries';
import { words } from '../words';

interface Values {
  which: 'failed' | 'all';
  time?: [Dayjs | null, Dayjs | null] | null;
}

export function ReplayModal({ destinationId, onClose }: { destinationId: number; onClose: () => void }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const { replay } = useDestinationActions();
  const [form] = Form.useForm<Values>();
  const save = async ({ which, time }: Values) => {
    const { deliveries, more } = await replay(destinationId, {
      states: which === 'failed' ? ['failed'] : ['failed', 'delivered'],
      since: time?.[0]?.toISOString() ?? null,
      until: time?.[1]?.toISOString() ?? null,
    });
    message.info(deliveries === 0 ? w.replayNone : more ? w.replayMore(deliveries) : w.replayed(deliveries));
  };
  return (
    <FormModal<Values>
      open
      title={w.replayTitle}
      okText={w.replayOk}
      form={form}
      initialValues={{ which: 'failed' }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item<Values> name="which" label={w.replayWhich}>
        <Radio.Group
          options={[
            { value: 'failed', label: w.replayFailed },
            { value: 'all', label: w.replayAll },
          ]}
        />
      </Form.Item>
      <Form.Item<Values> name="time" label={w.replayTime} extra={w.replayTimeHelp}>
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowEmpty />
      </Form.Item>
    </FormModal>
  );
}
