/** Two-step sign-in: scanned and confirmed, removed or given new recovery codes for a code. */
import { Alert, Button, Card, Flex, Form, Input, QRCode } from 'antd';
import { useEffect, useState } from 'react';
import { CopyText } from '@/ui/copy-text';
import { FormModal } from '@/ui/form-modal';
import { useWords } from '@/ui/i18n';
import { SecretModal } from '@/ui/secret-modal';
import { StateBlock, useProblemText } from '@/ui/state-block';
import { ToneTag } from '@/ui/tags';
import { useSubmit } from '@/ui/use-submit';
import { useAccountActions, useSecondFactor } from '../queries-account';
import { words } from '../words/security';

const FEW_CODES = 3;

interface Code {
  code: string;
}

function CodeField({ label }: { label: string }) {
  const w = useWords(words);
  return (
    <Form.Item<Code> name="code" label={label} rules={[{ required: true, message: w.codeNeeded }]}>
      <Input
        autoFocus
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={64}
        className="code-input"
      />
    </Form.Item>
  );
}

/** The QR code is drawn here in the browser; nobody else sees the secret. `onDone` is handed the recovery codes. */
export function SecondFactorSetUp({ onDone }: { onDone: (codes: string[]) => void }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { beginSecondFactor, finishSecondFactor } = useAccountActions();
  const [form] = Form.useForm<Code>();
  const { submit, busy, refusal } = useSubmit(form);
  const [begun, setBegun] = useState<{ secret: string; uri: string }>();
  const [problem, setProblem] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: one secret each time the set-up is opened.
  useEffect(() => {
    beginSecondFactor().then(setBegun, (error: unknown) => setProblem(textOf(error)));
  }, []);
  const finish = ({ code }: Code) => submit(async () => onDone((await finishSecondFactor(code)).codes));
  return (
    <Form<Code> form={form} layout="vertical" requiredMark={false} onFinish={(values) => void finish(values)}>
      {refusal || problem ? <Alert type="error" showIcon role="alert" title={refusal || problem} /> : null}
      <p>{w.scan}</p>
      <div className="second-factor-code">
        <QRCode value={begun?.uri ?? '-'} status={begun ? 'active' : 'loading'} size={168} />
        <div>
          <span className="quiet">{w.manual}</span>
          {begun ? <CopyText text={begun.secret} /> : null}
        </div>
      </div>
      <CodeField label={w.type} />
      <Button type="primary" htmlType="submit" loading={busy} disabled={!begun}>
        {w.finish}
      </Button>
    </Form>
  );
}

export function RecoveryCodes({ codes, onClose }: { codes: string[] | undefined; onClose: () => void }) {
  const w = useWords(words);
  return (
    <SecretModal
      secret={codes?.join('\n')}
      title={w.codesTitle}
      text={w.codesText}
      once={w.codesOnce}
      done={w.done}
      onClose={onClose}
    />
  );
}

export function SecondFactorCard() {
  const w = useWords(words);
  const query = useSecondFactor();
  const { removeSecondFactor, renewCodes } = useAccountActions();
  const [form] = Form.useForm<Code>();
  const [doing, setDoing] = useState<'set-up' | 'remove' | 'renew'>();
  const [codes, setCodes] = useState<string[]>();
  const done = (fresh: string[]) => {
    setDoing(undefined);
    setCodes(fresh);
  };
  const prove = async ({ code }: Code) => {
    if (doing === 'remove') await removeSecondFactor(code);
    else setCodes((await renewCodes(code)).codes);
  };
  return (
    <Card title={w.secondFactor} className="section-gap">
      <p className="quiet">{w.secondFactorHelp}</p>
      <StateBlock query={query} height={80}>
        {({ enrolled, required, recovery_codes_left: left }) => (
          <>
            <Flex gap={12} align="center" wrap>
              <ToneTag tone={enrolled ? 'good' : 'neutral'}>{enrolled ? w.on : w.off}</ToneTag>
              {enrolled ? (
                <>
                  <span>{w.codesLeft(left)}</span>
                  <Button onClick={() => setDoing('renew')}>{w.renew}</Button>
                  <Button danger onClick={() => setDoing('remove')}>
                    {w.remove}
                  </Button>
                </>
              ) : doing === 'set-up' ? null : (
                <Button type="primary" onClick={() => setDoing('set-up')}>
                  {w.setUp}
                </Button>
              )}
            </Flex>
            {enrolled && left < FEW_CODES ? <Alert type="warning" showIcon title={w.codesFew} /> : null}
            {!enrolled && doing === 'set-up' ? <SecondFactorSetUp onDone={done} /> : null}
            <FormModal<Code>
              open={doing === 'remove' || doing === 'renew'}
              title={doing === 'remove' ? w.removeTitle : w.renewTitle}
              okText={doing === 'remove' ? w.remove : w.renew}
              form={form}
              onSave={prove}
              onClose={() => setDoing(undefined)}
            >
              {doing === 'remove' && required ? (
                <Alert type="warning" showIcon title={w.removeRequired} />
              ) : null}
              <CodeField label={w.code} />
            </FormModal>
          </>
        )}
      </StateBlock>
      <RecoveryCodes codes={codes} onClose={() => setCodes(undefined)} />
    </Card>
  );
}
