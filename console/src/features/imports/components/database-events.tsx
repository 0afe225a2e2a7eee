/** The second step where rows become events: which column is which part. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex, Form, Input, Select } from 'antd';
import { useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { wordOf } from '@/ui/progress/work-progress';
import { ReasonTag } from '@/ui/tags';
import type { EventMapping, PullDraft, PullTried } from '../databases';
import { noEventWords, words } from '../words/databases';

interface EventsProps {
  draft: PullDraft;
  onChange: (draft: PullDraft) => void;
}

const NAMESPACES = [
  'phone',
  'member_no',
  'unionid',
  'email',
  'external_userid',
  'alipay_uid',
  'taobao_id',
  'jd_pin',
];

export const eventsAreSaid = ({ event, event_column, key_columns, occurred_at }: EventMapping): boolean =>
  Boolean((event?.trim() || event_column) && key_columns?.length && occurred_at);

function Identities({
  map,
  columns,
  set,
}: {
  map: EventMapping;
  columns: string[];
  set: (m: EventMapping) => void;
}) {
  const w = useWords(words);
  const rows = map.identities ?? [];
  const change = (at: number, part: { namespace?: string; column?: string }) =>
    set({ ...map, identities: rows.map((row, place) => (place === at ? { ...row, ...part } : row)) });
  return (
    <Form.Item label={w.identities}>
      <Flex vertical gap={8}>
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name
          <Flex key={at} gap={8}>
            <Select
              aria-label={w.namespace}
              value={row.namespace || null}
              placeholder={w.namespace}
              options={NAMESPACES.map((value) => ({ value, label: value }))}
              onChange={(namespace) => change(at, { namespace: namespace ?? '' })}
              className="database-half"
            />
            <Select
              aria-label={w.column}
              value={row.column || null}
              placeholder={w.column}
              options={columns.map((value) => ({ value, label: value }))}
              onChange={(column) => change(at, { column: column ?? '' })}
              className="database-half"
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={w.removeIdentity}
              onClick={() => set({ ...map, identities: rows.filter((_, place) => place !== at) })}
            />
          </Flex>
        ))}
        <div>
          <Button
            type="dashed"
            size="small"
            icon={<PlusOutlined />}
            onClick={() => set({ ...map, identities: [...rows, { namespace: 'phone', column: '' }] })}
          >
            {w.addIdentity}
          </Button>
        </div>
      </Flex>
    </Form.Item>
  );
}

export function DatabaseEvents({ draft, onChange }: EventsProps) {
  const w = useWords(words);
  const map = draft.eventMap;
  const set = (eventMap: EventMapping) => onChange({ ...draft, eventMap });
  const columns = draft.tried?.upload.columns ?? [];
  const options = columns.map((value) => ({ value, label: value }));
  return (
    <Form layout="vertical">
      <div className="database-columns">
        <div>
          <Form.Item label={w.eventName} extra={w.eventNameHelp} htmlFor="event-name">
            <Input
              id="event-name"
              className="mono"
              maxLength={64}
              disabled={Boolean(map.event_column)}
              value={map.event ?? ''}
              onChange={({ target }) => set({ ...map, event: target.value })}
            />
          </Form.Item>
          <Form.Item label={w.eventColumn}>
            <Select
              aria-label={w.eventColumn}
              allowClear
              placeholder={w.same}
              value={map.event_column || null}
              options={options}
              onChange={(column) =>
                set({ ...map, event_column: column ?? '', event: column ? '' : (map.event ?? '') })
              }
            />
          </Form.Item>
          <Form.Item label={w.keys} extra={w.keysHelp} required>
            <Select
              aria-label={w.keys}
              mode="multiple"
              value={map.key_columns ?? []}
              options={options}
              onChange={(key_columns) => set({ ...map, key_columns })}
            />
          </Form.Item>
          <Form.Item label={w.occurredAt} required>
            <Select
              aria-label={w.occurredAt}
              value={map.occurred_at || null}
              options={options}
              onChange={(column) => set({ ...map, occurred_at: column ?? '' })}
            />
          </Form.Item>
        </div>
        <div>
          <Identities map={map} columns={columns} set={set} />
          <Form.Item label={w.properties} extra={w.propertiesHelp}>
            <Select
              aria-label={w.properties}
              mode="multiple"
              value={map.properties ?? []}
              options={options}
              onChange={(properties) => set({ ...map, properties })}
            />
          </Form.Item>
          <Form.Item label={w.timeZone} htmlFor="event-zone">
            <Input
              id="event-zone"
              maxLength={64}
              value={map.time_zone ?? ''}
              onChange={({ target }) => set({ ...map, time_zone: target.value })}
            />
          </Form.Item>
          <Form.Item label={w.source} htmlFor="event-source">
            <Input
              id="event-source"
              maxLength={100}
              placeholder={draft.title}
              value={draft.source}
              onChange={({ target }) => onChange({ ...draft, source: target.value })}
            />
          </Form.Item>
          <Checkbox
            checked={map.authenticated ?? false}
            onChange={({ target }) => set({ ...map, authenticated: target.checked })}
          >
            {w.authenticated}
          </Checkbox>
        </div>
      </div>
    </Form>
  );
}

/** The third step: the events of the first rows. */
export function EventsCheck({ tried }: { tried: PullTried }) {
  const w = useWords(words);
  const whys: Record<string, string> = useWords(noEventWords);
  const left = Object.entries(tried.left_out);
  return (
    <Flex vertical gap={12}>
      {tried.events.length === 0 ? (
        <p>{w.noEvents}</p>
      ) : (
        <h3 className="step-heading">{w.eventsTitle(tried.events.length)}</h3>
      )}
      {left.map(([reason, rows]) => (
        <div key={reason}>
          <ReasonTag code={reason} label={wordOf(whys, reason)} tone="warning" /> {w.leftOut(rows)}
        </div>
      ))}
      {tried.events.length === 0 ? null : <JsonView value={tried.events} label={w.stepCheck} />}
    </Flex>
  );
}
