/** Signing in: wrong password, too many attempts, expired session, demo accounts. */

import { Alert, Button, Form, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { ApiProblem } from '@/client/problem';
import { useWords } from '@/ui/i18n';
import { tabTitle } from '@/ui/product';
import { useProblemText } from '@/ui/state-block';
import { DemoLogins, useMeta } from './demo-logins';
import { LoginFrame } from './login-frame';
import { wayBack } from './session-gate';
import { useCountdown } from './use-countdown';
import { useSession, useSessionActions } from './use-session';
import { words } from './words';

interface Credentials {
  login: string;
  password: string;
}

const THROTTLE_SECONDS = 30; // when the server does not say how long

/** Tries to sign in; a refusal becomes a sentence and, when throttled, a countdown. */
function useSignIn() {
  const w = useWords(words);
  const textOf = useProblemText();
  const { enter } = useSessionActions();
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);
  const [waiting, wait] = useCountdown();
  const submit = async ({ login, password }: Credentials) => {
    setBusy(true);
    setRefusal('');
    try {
      await enter(login.trim(), password);
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : 0;
      if (status === 429) wait((error as ApiProblem).retryAfterSeconds ?? THROTTLE_SECONDS);
      else setRefusal(status === 401 ? w.wrong : textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { submit, busy, waiting, refusal };
}

function Notice({ refusal, waiting, expired }: { refusal: string; waiting: number; expired: boolean }) {
  const w = useWords(words);
  if (waiting > 0) return <Alert type="warning" showIcon role="alert" title={w.throttled(waiting)} />;
  if (refusal) return <Alert type="error" showIcon role="alert" title={refusal} />;
  return expired ? <Alert type="info" showIcon title={w.expired} /> : null;
}

export function LoginPage() {
  const w = useWords(words);
  const [params] = useSearchParams();
  const [form] = Form.useForm<Credentials>();
  const password = useRef<InputRef>(null);
  const session = useSession();
  const meta = useMeta();
  const { submit, busy, waiting, refusal } = useSignIn();

  useEffect(() => {
    document.title = tabTitle(w.signIn);
  }, [w]);
  useEffect(() => {
    if (refusal) password.current?.select();
  }, [refusal]);

  if (session.data?.session) return <Navigate to={wayBack(params.get('next'))} replace />;
  return (
    <LoginFrame title={w.welcome} hint={w.welcomeHint} version={meta?.version}>
      <Notice refusal={refusal} waiting={waiting} expired={params.get('expired') === 'true'} />
      <Form<Credentials>
        form={form}
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={(credentials) => void submit(credentials)}
      >
        <Form.Item name="login" label={w.login} rules={[{ required: true, message: w.loginNeeded }]}>
          <Input autoFocus autoComplete="username" spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label={w.password} rules={[{ required: true, message: w.passwordNeeded }]}>
          <Input.Password ref={password} autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy} disabled={waiting > 0}>
          {w.signIn}
        </Button>
      </Form>
      {meta?.demo ? (
        <DemoLogins logins={meta.demo_logins} onPick={(pick) => form.setFieldsValue(pick)} />
      ) : null}
    </LoginFrame>
  );
}
