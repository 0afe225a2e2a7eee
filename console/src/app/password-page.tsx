/** Changing one's password: forced after a first sign-in, or wished from the account menu. */
import { Alert, App, Button, Card, Form, Input } from 'antd';
import { useState } from 'react';
import { ApiProblem } from '@/client/problem';
import { changePassword } from '@/client/session';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useProblemText } from '@/ui/state-block';
import { LoginFrame } from './login-frame';
import { useSessionActions } from './use-session';
import { words } from './words';

const PASSWORD_LENGTH_MIN = 10;

interface Passwords {
  current: string;
  fresh: string;
  again: string;
}

/** The server's field names, where they differ from the form's. */
const FIELD: Record<string, keyof Passwords> = { current: 'current', new: 'fresh' };

function PasswordForm({ onSaved }: { onSaved: () => void }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { refresh } = useSessionActions();
  const [form] = Form.useForm<Passwords>();
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async ({ current, fresh }: Passwords) => {
    setBusy(true);
    setRefusal('');
    try {
      await changePassword(current, fresh);
      form.resetFields();
      onSaved();
      await refresh();
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : [];
      const known = fields.flatMap(({ field, message }) => {
        const name = FIELD[field.split('.').at(-1) ?? ''];
        return name ? [{ name, errors: [message] }] : [];
      });
      form.setFields(known);
      if (known.length === 0) setRefusal(textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form<Passwords>
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(values) => void submit(values)}
    >
      {refusal ? <Alert type="error" showIcon role="alert" title={refusal} className="form-refusal" /> : null}
      <Form.Item name="current" label={w.current} rules={[{ required: true, message: w.passwordNeeded }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="fresh"
        label={w.fresh}
        extra={w.freshRule(PASSWORD_LENGTH_MIN)}
        dependencies={['current']}
        rules={[
          { required: true, min: PASSWORD_LENGTH_MIN, message: w.freshRule(PASSWORD_LENGTH_MIN) },
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value && value === getFieldValue('current')) throw new Error(w.unchanged);
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={w.again}
        dependencies={['fresh']}
        rules={[
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value !== getFieldValue('fresh')) throw new Error(w.differs);
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {w.save}
      </Button>
    </Form>
  );
}

export function PasswordPage({ forced = false }: { forced?: boolean }) {
  const w = useWords(words);
  const { message } = App.useApp();
  const onSaved = () => void message.success(w.saved);
  if (forced)
    return (
      <LoginFrame title={w.mustChangeTitle} hint={w.mustChangeHint}>
        <PasswordForm onSaved={onSaved} />
      </LoginFrame>
    );
  return (
    <>
      <PageHead title={w.changeTitle} desc={w.changeHint} />
      <Card>
        <div className="form-narrow">
          <PasswordForm onSaved={onSaved} />
        </div>
      </Card>
    </>
  );
}
