/** How long things are kept, what tonight removes, and what the last nights did. */
import { Button, Card, Flex, Form, InputNumber, Table } from 'antd';
import { useState } from 'react';
import { Definition } from '@/ui/definition';
import { FormModal } from '@/ui/form-modal';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { type KeptKind, type Retention, usePrivacyActions, useRetention } from '../queries';
import { words } from '../words';

function useSay() {
  const language = useLanguage();
  return (said: { zh: string; en: string }) => (language === 'en' ? said.en : said.zh);
}

function DaysModal({ kind, onClose }: { kind: KeptKind; onClose: () => void }) {
  const w = useWords(words);
  const say = useSay();
  const { keep } = usePrivacyActions();
  const [form] = Form.useForm<{ days: number }>();
  return (
    <FormModal<{ days: number }>
      open
      title={w.changeTitle(say(kind.what))}
      okText={w.save}
      form={form}
      initialValues={{ days: kind.days }}
      onSave={({ days }) => keep(kind.kind, days)}
      onClose={onClose}
    >
      <Form.Item
        name="days"
        label={w.days}
        extra={w.standard(kind.days_default)}
        rules={[{ required: true, message: w.daysNeeded }]}
      >
        <InputNumber autoFocus min={1} max={3650} precision={0} />
      </Form.Item>
    </FormModal>
  );
}

function Kinds({ retention }: { retention: Retention }) {
  const w = useWords(words);
  const say = useSay();
  const language = useLanguage();
  const may = useCan('privacy.approve');
  const [changing, setChanging] = useState<KeptKind>();
  return (
    <>
      <Table<KeptKind>
        rowKey="kind"
        size="middle"
        pagination={false}
        dataSource={retention.kinds}
        columns={[
          { title: w.kindOf, key: 'what', render: (_, one) => say(one.what) },
          {
            title: w.days,
            key: 'days',
            align: 'right',
            width: 220,
            render: (_, one) => (
              <>
                {numText(one.days, language)}
                {one.days === one.days_default ? null : (
                  <small className="privacy-quiet"> · {w.standard(one.days_default)}</small>
                )}
              </>
            ),
          },
          {
            title: <Definition of={{ definition: w.dueMeaningKind, unit: w.count }}>{w.dueNow}</Definition>,
            key: 'due',
            align: 'right',
            width: 160,
            render: (_, one) => numText(one.due, language),
          },
          ...(may
            ? [
                {
                  title: '',
                  key: 'change',
                  width: 110,
                  render: (_: unknown, one: KeptKind) => (
                    <Button size="small" onClick={() => setChanging(one)}>
                      {w.change}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <p className="privacy-quiet">{w.lakeDays(retention.lake_days)}</p>
      {changing ? <DaysModal kind={changing} onClose={() => setChanging(undefined)} /> : null}
    </>
  );
}

function Nights({ retention }: { retention: Retention }) {
  const w = useWords(words);
  const say = useSay();
  const language = useLanguage();
  const name = (kind: string) => {
    const found = retention.kinds.find((one) => one.kind === kind);
    return found ? say(found.what) : kind;
  };
  if (retention.nights.length === 0) return <p className="privacy-quiet">{w.nightEmpty}</p>;
  return (
    <ul className="privacy-parts">
      {retention.nights.map((night) => (
        <li key={night.ran_at}>
          <Time at={night.ran_at} />
          <small>
            {Object.entries(night.removed)
              .map(([kind, count]) => `${name(kind)} ${numText(count, language)}`)
              .join(' · ') || w.nothingRemoved}
          </small>
        </li>
      ))}
    </ul>
  );
}

export function RetentionTab() {
  const w = useWords(words);
  const query = useRetention();
  return (
    <StateBlock query={query} height={320}>
      {(retention) => (
        <Flex vertical gap={16}>
          <Card size="small">
            <Kinds retention={retention} />
          </Card>
          <Card size="small" title={w.nights}>
            <Nights retention={retention} />
          </Card>
        </Flex>
      )}
    </StateBlock>
  );
}
