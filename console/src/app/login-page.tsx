/** Signing in: wrong password, too many attempts, expired session, demo accounts. */

import { Alert, Button, Form, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { ApiProblem } from '@/client/problem';
import { readSignOnOffer } from '@/client/session';
import { useWords } from '@/ui/i18n';
import { tabTitle } from '@/ui/product';
import { useProblemText } from '@/ui/state-block';
import { DemoLogins, useMeta } from './demo-logins';
import { LoginFrame } from './login-frame';
import { wayBack } from './session-gate';
import { SignOnCode } from './sign-on-code';
import { useCountdown } from './use-countdown';
import { useSession, useSessionActions } from './use-session';
import { words } from './words';

interface Credentials {
  login: string;
  password: string;
  code?: string;
}

const THROTTLE_SECONDS = 30; // when the server does not say how long

/** Tries to sign in; a refusal becomes a sentence and, when throttled, a countdown. */
function useSignIn() {
  const w = useWords(words);
  const textOf = useProblemText();
  const { enter } = useSessionActions();
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const [waiting, wait] = useCountdown();
  const submit = async ({ login, password, code }: Credentials) => {
    setBusy(true);
    setRefusal('');
    try {
      await enter(login.trim(), password, code?.trim());
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : 0;
      if (error instanceof ApiProblem && error.code === 'second_factor_needed') return setNeedsCode(true);
      if (status === 429) wait((error as ApiProblem).retryAfterSeconds ?? THROTTLE_SECONDS);
      else setRefusal(status === 401 ? w.wrong : textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { submit, busy, waiting, refusal, needsCode };
}

function Notice({ refusal, waiting, expired }: { refusal: string; waiting: number; expired: boolean }) {
  const w = useWords(words);
  if (waiting > 0) return <Alert type="warning" showIcon role="alert" title={w.throttled(waiting)} />;
  if (refusal) return <Alert type="error" showIcon role="alert" title={refusal} />;
  return expired ? <Alert type="info" showIcon title={w.expired} /> : null;
}

/** Why the company's provider did not let somebody in, from the address it came back to. */
function useRefusedSignOn(code: string | null): string {
  const w = useWords(words);
  if (!code) return '';
  return { subject_unknown: w.refusedUnknown, subject_taken: w.refusedTaken }[code] ?? w.refusedSignOn;
}

/** The company's own sign-in, where the address names a brand that has one. */
function SignOn({ brand }: { brand: string | null }) {
  const w = useWords(words);
  const [title, setTitle] = useState<string | null>(null);
  useEffect(() => {
    if (brand) void readSignOnOffer(brand).then(setTitle);
  }, [brand]);
  if (!brand || !title) return null;
  return (
    <Button
      block
      size="large"
      className="sign-on"
      href={`/api/v1/auth/sign-on/start/${encodeURIComponent(brand)}`}
    >
      {w.signOn(title)}
    </Button>
  );
}

export function LoginPage() {
  const w = useWords(words);
  const [params] = useSearchParams();
  const [form] = Form.useForm<Credentials>();
  const password = useRef<InputRef>(null);
  const session = useSession();
  const meta = useMeta();
  const { submit, busy, waiting, refusal, needsCode } = useSignIn();
  const refused = useRefusedSignOn(params.get('refused'));

  useEffect(() => {
    document.title = tabTitle(w.signIn);
  }, [w]);
  useEffect(() => {
    if (refusal) password.current?.select();
  }, [refusal]);

  if (session.data?.session) return <Navigate to={wayBack(params.get('next'))} replace />;
  if (params.get('second_factor') === 'true')
    return (
      <LoginFrame title={w.welcome} hint={w.welcomeHint} version={meta?.version}>
        <SignOnCode />
      </LoginFrame>
    );
  return (
    <LoginFrame title={w.welcome} hint={w.welcomeHint} version={meta?.version}>
      <Notice refusal={refusal || refused} waiting={waiting} expired={params.get('expired') === 'true'} />
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
        {needsCode ? (
          <Form.Item
            name="code"
            label={w.code}
            extra={w.codeHelp}
            rules={[{ required: true, message: w.codeHelp }]}
          >
            <Input autoFocus autoComplete="one-time-code" maxLength={64} />
          </Form.Item>
        ) : null}
        <Button type="primary" htmlType="submit" block loading={busy} disabled={waiting > 0}>
          {w.signIn}
        </Button>
      </Form>
      <SignOn brand={params.get('brand')} />
      {meta?.demo ? (
        <DemoLogins logins={meta.demo_logins} onPick={(pick) => form.setFieldsValue(pick)} />
      ) : null}
    </LoginFrame>
  );
}
