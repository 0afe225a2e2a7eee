/** An export is ordered: a segment or facts, as CSV or Parquet, once or each day. */
import { App, Checkbox, Form, Input, InputNumber, Radio, Select, TimePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { exportWords } from '../export-words';
import { type ExportOrder, useDestinationActions, useSegmentNames } from '../queries';
import { FactsPicker } from './facts-picker';

interface Values {
  name: string;
  content: 'segment' | 'facts';
  format: 'csv' | 'parquet';
  segment_id?: number;
  facts?: string[];
  days?: number;
  with_profiles?: boolean;
  reason?: string;
  when: 'once' | 'daily';
  at?: Dayjs;
}

function Segment() {
  const w = useWords(exportWords);
  const exportsCustomers = useCan('customers.export');
  const segments = useSegmentNames(true).data ?? [];
  const inClear = Form.useWatch<boolean | undefined>('with_profiles');
  return (
    <>
      <Form.Item<Values>
        name="segment_id"
        label={w.segment}
        rules={[{ required: true, message: w.segmentNeeded }]}
      >
        <Select
          showSearch
          optionFilterProp="label"
          options={segments.map(({ segment_id, name }) => ({ value: segment_id, label: name }))}
        />
      </Form.Item>
      <Form.Item<Values>
        name="with_profiles"
        valuePropName="checked"
        extra={exportsCustomers ? w.withProfilesHelp : w.forbidden}
      >
        <Checkbox disabled={!exportsCustomers}>{w.withProfiles}</Checkbox>
      </Form.Item>
      {inClear ? (
        <Form.Item<Values>
          name="reason"
          label={w.reason}
          rules={[{ required: true, min: 4, whitespace: true, message: w.reasonNeeded }]}
        >
          <Input.TextArea rows={2} maxLength={200} showCount />
        </Form.Item>
      ) : null}
    </>
  );
}

function Facts() {
  const w = useWords(exportWords);
  return (
    <>
      <Form.Item<Values>
        name="facts"
        label={w.facts}
        rules={[{ required: true, type: 'array', min: 1, message: w.factsNeeded }]}
      >
        <FactsPicker />
      </Form.Item>
      <Form.Item<Values> name="days" label={w.days} extra={w.daysHelp}>
        <InputNumber min={1} max={3660} suffix={w.dayUnit} style={{ width: 160 }} />
      </Form.Item>
    </>
  );
}

export function ExportModal({ destinationId, onClose }: { destinationId: number; onClose: () => void }) {
  const w = useWords(exportWords);
  const { message } = App.useApp();
  const { orderExport } = useDestinationActions();
  const ofSegments = useCan('segments.export');
  const [form] = Form.useForm<Values>();
  const content = Form.useWatch('content', form);
  const when = Form.useWatch('when', form);
  const save = async ({ when: chosen, at, ...values }: Values) => {
    const order: ExportOrder = {
      days: 1,
      facts: [],
      reason: '',
      with_profiles: false,
      ...values,
      daily_at: chosen === 'daily' && at ? at.format('HH:mm:00') : null,
    };
    const made = await orderExport(destinationId, order);
    message.success(made.state === 'awaiting_approval' ? w.waits : w.started);
  };
  return (
    <FormModal<Values>
      open
      title={w.add}
      okText={w.order}
      form={form}
      width={820}
      initialValues={{
        content: ofSegments ? 'segment' : 'facts',
        format: 'csv',
        when: 'once',
        days: 1,
        at: dayjs().hour(3).minute(0),
      }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item<Values>
        name="name"
        label={w.name}
        rules={[{ required: true, whitespace: true, message: w.nameNeeded }]}
      >
        <Input maxLength={100} autoFocus autoComplete="off" />
      </Form.Item>
      <Form.Item<Values> name="content" label={w.content}>
        <Radio.Group
          options={[
            { value: 'segment', label: w.segment, disabled: !ofSegments },
            { value: 'facts', label: w.facts },
          ]}
        />
      </Form.Item>
      {content === 'facts' ? <Facts /> : <Segment />}
      <Form.Item<Values> name="format" label={w.format}>
        <Radio.Group
          options={[
            { value: 'csv', label: w.csv },
            { value: 'parquet', label: w.parquet },
          ]}
        />
      </Form.Item>
      <Form.Item<Values> name="when" label={w.when}>
        <Radio.Group
          options={[
            { value: 'once', label: w.once },
            { value: 'daily', label: w.daily },
          ]}
        />
      </Form.Item>
      {when === 'daily' ? (
        <Form.Item<Values> name="at" label={w.at} rules={[{ required: true, message: w.atNeeded }]}>
          <TimePicker format="HH:mm" minuteStep={5} allowClear={false} needConfirm={false} />
        </Form.Item>
      ) : null}
    </FormModal>
  );
}
