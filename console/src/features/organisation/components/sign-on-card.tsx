/** Single sign-on: the company's OpenID provider, and what its administrator has to be told. */
import { Alert, App, Card, Form, Input, Switch } from 'antd';
import { useState } from 'react';
import { CopyText } from '@/ui/copy-text';
import { useWords } from '@/ui/i18n';
import { useCan } from '@/ui/session';
import { SettingFoot, SettingSection } from '@/ui/settings';
import { StateBlock } from '@/ui/state-block';
import { useSubmit } from '@/ui/use-submit';
import { type SignOnSettings, useSignOn, useSignOnChange } from '../queries';
import { words } from '../words/brand';

interface Values {
  issuer: string;
  client_id: string;
  client_secret?: string;
  title: string;
  enabled: boolean;
  asks_second_factor: boolean;
}

const REDIRECT = '/api/v1/auth/sign-on/back';

const valuesOf = (known: SignOnSettings | null, title: string): Values =>
  known
    ? {
        issuer: known.issuer,
        client_id: known.client_id,
        client_secret: '',
        title: known.title,
        enabled: known.enabled,
        asks_second_factor: known.asks_second_factor,
      }
    : { issuer: '', client_id: '', client_secret: '', title, enabled: true, asks_second_factor: true };

function SignOnForm({ known }: { known: SignOnSettings | null }) {
  const w = useWords(words);
  const editable = useCan('settings.edit');
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [touched, setTouched] = useState(false);
  const change = useSignOnChange();
  const { submit, busy, refusal } = useSubmit(form);
  const save = async ({ client_secret, ...rest }: Values) => {
    const body = { ...rest, ...(client_secret ? { client_secret } : {}) };
    if (!(await submit(() => change.mutateAsync(body)))) return;
    form.setFieldValue('client_secret', '');
    setTouched(false);
    message.success(w.signOnSaved);
  };
  const discard = () => {
    form.setFieldsValue(valuesOf(known, w.signOnTitleDefault));
    setTouched(false);
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!editable}
      initialValues={valuesOf(known, w.signOnTitleDefault)}
      onValuesChange={() => setTouched(true)}
      onFinish={(values) => void save(values)}
    >
      {refusal ? <Alert banner type="error" role="alert" title={refusal} /> : null}
      <SettingSection title={w.signOn} help={w.signOnHelp}>
        <Form.Item<Values>
          name="issuer"
          label={w.issuer}
          extra={w.issuerHelp}
          rules={[{ required: true, whitespace: true, message: w.issuerNeeded }]}
        >
          <Input className="field" placeholder="https://sso.example.com/realms/main" />
        </Form.Item>
        <Form.Item<Values>
          name="client_id"
          label={w.clientId}
          rules={[{ required: true, whitespace: true, message: w.clientIdNeeded }]}
        >
          <Input className="field" autoComplete="off" />
        </Form.Item>
        <Form.Item<Values>
          name="client_secret"
          label={w.clientSecret}
          extra={known?.has_secret ? w.secretKept : w.secretNone}
        >
          <Input.Password className="field" autoComplete="new-password" />
        </Form.Item>
        <Form.Item<Values> name="title" label={w.signOnTitle} extra={w.signOnTitleHelp}>
          <Input className="field" maxLength={100} />
        </Form.Item>
        <Form.Item<Values> name="enabled" label={w.signOnEnabled} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item<Values>
          name="asks_second_factor"
          label={w.signOnFactor}
          extra={w.signOnFactorHelp}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
        <dl className="facts">
          <dt>{w.redirect}</dt>
          <dd>
            <CopyText text={known?.redirect_uri ?? `${location.origin}${REDIRECT}`} />
          </dd>
          {known ? (
            <>
              <dt>{w.signInAddress}</dt>
              <dd>
                <CopyText text={known.sign_in_address} />
              </dd>
            </>
          ) : null}
        </dl>
      </SettingSection>
      {editable ? <SettingFoot touched={touched} busy={busy} onDiscard={discard} /> : null}
    </Form>
  );
}

export function SignOnCard() {
  const query = useSignOn();
  return (
    <Card className="section-gap" styles={{ body: { padding: 0 } }}>
      <StateBlock query={query} height={320}>
        {(known) => <SignOnForm known={known} />}
      </StateBlock>
    </Card>
  );
}
