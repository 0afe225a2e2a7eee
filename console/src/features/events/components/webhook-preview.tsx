/** A sample body and the events that a mapping makes of it, as it is typed. */
import { Alert, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useWords } from '@/ui/i18n';
import { JsonView } from '@/ui/json-view';
import { ErrorBlock } from '@/ui/state-block';
import { type Tried, useTried, type WebhookMapping } from '../queries';
import { words } from '../words/webhooks';

const PAUSE_MS = 400;
const SHOWN_MAX = 5;

/** The value once it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says whether the value changed.
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function Outcome({ tried }: { tried: Tried }) {
  const w = useWords(words);
  if (tried.problem)
    return (
      <Alert
        type="warning"
        showIcon
        title={`${tried.part ? w.problemAt(tried.part) : ''}${tried.problem_text}`}
      />
    );
  const bad = tried.events.find((one) => one.reason);
  return (
    <>
      <Alert
        type={bad ? 'warning' : 'success'}
        showIcon
        title={w.wouldTake(tried.events.length)}
        description={bad ? `${w.wouldReject}${bad.reason_text} (${bad.field})` : undefined}
      />
      <JsonView value={tried.events.slice(0, SHOWN_MAX).map(({ event }) => event)} label={w.result} />
    </>
  );
}

export function WebhookPreview({ mapping }: { mapping: WebhookMapping }) {
  const w = useWords(words);
  const [sample, setSample] = useState('');
  const query = useTried(useSettled(mapping), useSettled(sample));
  return (
    <>
      <label htmlFor="webhook-sample">{w.sample}</label>
      <p className="quiet">{w.sampleHelp}</p>
      <Input.TextArea
        id="webhook-sample"
        className="mono"
        value={sample}
        autoSize={{ minRows: 8, maxRows: 14 }}
        onChange={({ target }) => setSample(target.value)}
      />
      <div className="mending-result" role="status">
        {sample.trim() ? null : <span className="quiet">{w.noSample}</span>}
        {query.error ? <ErrorBlock error={query.error} /> : null}
        {sample.trim() && query.data ? <Outcome tried={query.data} /> : null}
      </div>
    </>
  );
}
