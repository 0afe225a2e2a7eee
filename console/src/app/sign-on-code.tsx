/** The second factor of somebody whom the company's own sign-in has vouched for. */
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { finishSignOn } from '@/client/session';
import { useWords } from '@/ui/i18n';
import { useProblemText } from '@/ui/state-block';
import { words } from './words';

export function SignOnCode() {
  const w = useWords(words);
  const textOf = useProblemText();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const submit = async ({ code }: { code: string }) => {
    setBusy(true);
    setRefusal('');
    try {
      await finishSignOn(code.trim());
      location.assign('/');
    } catch (error) {
      setRefusal(textOf(error));
      setBusy(false);
    }
  };
  return (
    <Form<{ code: string }>
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={(found) => void submit(found)}
    >
      {refusal ? <Alert type="error" showIcon role="alert" title={refusal} className="form-refusal" /> : null}
      <Form.Item
        name="code"
        label={w.code}
        extra={w.codeHelp}
        rules={[{ required: true, message: w.codeHelp }]}
      >
        <Input autoFocus autoComplete="one-time-code" maxLength={64} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={busy}>
        {w.signIn}
      </Button>
    </Form>
  );
}
