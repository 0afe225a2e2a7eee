/** Sends a text to a few numbers and shows what the vendor said of each. */
import { Alert, Button, Card, Flex, Form, Input, Table } from 'antd';
import { useState } from 'react';
import { Definition } from '@/ui/definition';
import { useWords } from '@/ui/i18n';
import { areNumbers, numbersOf } from '@/ui/phone-numbers';
import { type Tone, ToneTag } from '@/ui/tags';
import { useSubmit } from '@/ui/use-submit';
import { segmentsOf, wholeText } from '../message';
import { type SmsChannel, sendTest, type TestResult } from '../queries';
import { words } from '../words';

interface Values {
  numbers: string;
  text: string;
}

const TONE: Record<TestResult['outcome'], Tone> = {
  accepted: 'good',
  refused: 'bad',
  retryable: 'warning',
  uncertain: 'warning',
};

function Preview({ text }: { text: string }) {
  const w = useWords(words);
  return (
    <div className="sms-preview">
      <span className="sms-label">{w.preview}</span>
      <p className="sms-bubble">{text}</p>
      <span className="sms-label">{w.previewCount(text.length, segmentsOf(text))}</span>
    </div>
  );
}

function Results({ results }: { results: TestResult[] }) {
  const w = useWords(words);
  const meaning = { definition: w.segmentsMeaning, unit: w.capUnit };
  return (
    <Table<TestResult>
      size="small"
      rowKey="phone"
      pagination={false}
      dataSource={results}
      className="sms-results"
      columns={[
        { key: 'phone', dataIndex: 'phone', title: w.phone },
        {
          key: 'outcome',
          title: w.outcome,
          render: (_, { outcome }) => <ToneTag tone={TONE[outcome]}>{w[outcome]}</ToneTag>,
        },
        {
          key: 'segments',
          dataIndex: 'segments',
          align: 'end',
          title: <Definition of={meaning}>{w.segments}</Definition>,
        },
        {
          key: 'error_code',
          title: w.reason,
          render: (_, { error_code }) =>
            error_code === 'unreachable_provider' ? (
              w.unreachable
            ) : error_code ? (
              <code>{error_code}</code>
            ) : (
              w.none
            ),
        },
      ]}
    />
  );
}

interface TestSendProps {
  channel: SmsChannel;
  /** Why no test can be sent now. */
  blocked: string | undefined;
}

export function TestSend({ channel, blocked }: TestSendProps) {
  const w = useWords(words);
  const [form] = Form.useForm<Values>();
  const { submit, busy, refusal } = useSubmit(form);
  const [results, setResults] = useState<TestResult[]>();
  const text = Form.useWatch('text', form) ?? w.contentDefault;
  const send = ({ numbers, text: wanted }: Values) =>
    submit(async () => setResults((await sendTest(numbersOf(numbers), wanted)).items));
  return (
    <Card title={w.testTitle} className="test-send">
      {refusal ? <Alert type="error" showIcon role="alert" title={refusal} className="form-refusal" /> : null}
      <div className="test-grid">
        <Form<Values>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ text: w.contentDefault }}
          onFinish={(values) => void send(values)}
        >
          <Form.Item<Values>
            name="numbers"
            label={w.numbers}
            extra={w.numbersHelp}
            rules={[
              {
                validator: async (_, value: string | undefined) => {
                  if (!areNumbers(numbersOf(value ?? ''))) throw new Error(w.numbersNeeded);
                },
              },
            ]}
          >
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} inputMode="tel" autoComplete="off" />
          </Form.Item>
          <Form.Item<Values>
            name="text"
            label={w.content}
            rules={[{ required: true, whitespace: true, message: w.contentNeeded }]}
          >
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} />
          </Form.Item>
          <Flex gap={12} align="center">
            <Button htmlType="submit" loading={busy} disabled={blocked !== undefined}>
              {w.send}
            </Button>
            <span className="sms-label">{blocked ?? w.testHelp}</span>
          </Flex>
        </Form>
        <Preview text={wholeText(channel.signature, text, channel.opt_out_line)} />
      </div>
      {results ? <Results results={results} /> : null}
    </Card>
  );
}
