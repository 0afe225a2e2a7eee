/** Sends the stored text to a few numbers and shows what the vendor said of each. */
import { Alert, Button, Flex, Input } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import { areNumbers, numbersOf } from '@/ui/phone-numbers';
import { useProblemText } from '@/ui/state-block';
import { type Tone, ToneTag } from '@/ui/tags';
import { sendTest, type TestOutcome } from '../queries';
import { words } from '../words/wizard';

const TONE: Record<TestOutcome['outcome'], Tone> = {
  accepted: 'good',
  refused: 'bad',
  retryable: 'warning',
  uncertain: 'warning',
};

interface TestSendProps {
  campaignId: number;
  /** With whose details the text is filled; sample values where nobody is named. */
  customerId: number | undefined;
  /** Why no test can be sent now. */
  blocked: string | undefined;
}

export function TestSend({ campaignId, customerId, blocked }: TestSendProps) {
  const w = useWords(words);
  const textOf = useProblemText();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const [outcomes, setOutcomes] = useState<TestOutcome[]>([]);
  const send = async () => {
    const numbers = numbersOf(text);
    if (!areNumbers(numbers)) return setRefusal(w.testNumbersNeeded);
    setBusy(true);
    setRefusal('');
    setOutcomes([]);
    try {
      setOutcomes((await sendTest(campaignId, numbers, customerId)).items);
    } catch (error) {
      setRefusal(textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="cp-test-send">
      <h3>{w.test}</h3>
      <Input.TextArea
        value={text}
        aria-label={w.testNumbers}
        placeholder={w.testNumbers}
        inputMode="tel"
        autoComplete="off"
        autoSize={{ minRows: 1, maxRows: 5 }}
        onChange={(event) => setText(event.target.value)}
      />
      <Flex gap={12} align="center">
        <Button onClick={() => void send()} loading={busy} disabled={blocked !== undefined || !text.trim()}>
          {w.testSend}
        </Button>
        <span className="cp-quiet">
          {blocked ?? (customerId === undefined ? w.testSampleHelp : w.testHelp)}
        </span>
      </Flex>
      {refusal ? <Alert type="error" showIcon role="alert" title={refusal} /> : null}
      {outcomes.map(({ phone, outcome, error_code, segments }) => (
        <Flex key={phone} gap={8} align="center" role="status">
          <span className="num">{phone}</span>
          <ToneTag tone={TONE[outcome]}>{w[outcome]}</ToneTag>
          <span className="cp-quiet">
            {segments} {w.segmentsUnit}
          </span>
          {error_code ? <code>{error_code}</code> : null}
        </Flex>
      ))}
    </div>
  );
}
