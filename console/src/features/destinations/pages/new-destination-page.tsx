/** A new webhook in three steps: where to, what, check. */
import { Alert, Checkbox, Descriptions, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { useSubmit } from '@/ui/use-submit';
import { Wizard } from '@/ui/wizard';
import '../destinations.css';
import { FactsPicker } from '../components/facts-picker';
import { SecretModal } from '../components/secret-modal';
import { useDestinationActions, useDestinations, type WebhookCreate } from '../queries';
import { wizardWords, words } from '../words';

const START: WebhookCreate = { name: '', url: '', facts: [], with_identities: false, reason: '' };
const STEPS = ['where', 'what', 'check'] as const;
type Step = (typeof STEPS)[number];
const REASON_MIN = 4;

interface PartProps {
  draft: WebhookCreate;
  onChange: (patch: Partial<WebhookCreate>) => void;
}

function Where({ draft, onChange, inside }: PartProps & { inside: boolean }) {
  const w = useWords(words);
  const steps = useWords(wizardWords);
  return (
    <Form layout="vertical" className="destination-form">
      <Form.Item label={w.name} extra={steps.nameHelp} htmlFor="destination-name">
        <Input
          id="destination-name"
          maxLength={100}
          autoComplete="off"
          value={draft.name}
          onChange={({ target }) => onChange({ name: target.value })}
        />
      </Form.Item>
      <Form.Item
        label={w.address}
        extra={inside ? steps.urlHelpInside : steps.urlHelp}
        htmlFor="destination-url"
      >
        <Input
          id="destination-url"
          maxLength={2000}
          autoComplete="off"
          className="mono"
          placeholder="https://crm.example.com/webhooks/siyu"
          value={draft.url}
          onChange={({ target }) => onChange({ url: target.value.trim() })}
        />
      </Form.Item>
    </Form>
  );
}

function What({ draft, onChange }: PartProps) {
  const w = useWords(words);
  const steps = useWords(wizardWords);
  const reveals = useCan('customers.reveal');
  return (
    <Form layout="vertical">
      <Form.Item label={w.facts} extra={steps.factsHelp}>
        <FactsPicker value={draft.facts} onChange={(facts) => onChange({ facts })} />
      </Form.Item>
      <Form.Item extra={reveals ? steps.identitiesHelp : steps.identitiesForbidden}>
        <Checkbox
          checked={draft.with_identities}
          disabled={!reveals}
          onChange={({ target }) => onChange({ with_identities: target.checked })}
        >
          {steps.identities}
        </Checkbox>
      </Form.Item>
      {draft.with_identities ? (
        <Form.Item label={steps.reason} htmlFor="destination-reason">
          <Input.TextArea
            id="destination-reason"
            rows={2}
            maxLength={200}
            showCount
            value={draft.reason}
            onChange={({ target }) => onChange({ reason: target.value })}
          />
        </Form.Item>
      ) : null}
    </Form>
  );
}

function Check({ draft, refusal }: { draft: WebhookCreate; refusal: string }) {
  const w = useWords(words);
  const steps = useWords(wizardWords);
  return (
    <>
      {refusal ? <Alert type="error" showIcon role="alert" title={refusal} /> : null}
      <Descriptions
        className="destination-gap"
        column={1}
        size="small"
        items={[
          { key: 'name', label: w.name, children: draft.name },
          { key: 'url', label: w.address, children: draft.url },
          {
            key: 'facts',
            label: w.facts,
            children: (
              <span>
                {draft.facts.map((fact) => (
                  <Tag key={fact}>{fact}</Tag>
                ))}
              </span>
            ),
          },
          {
            key: 'who',
            label: w.identities,
            children: draft.with_identities ? `${w.withIdentities} · ${draft.reason}` : w.withoutIdentities,
          },
        ]}
      />
      <h3 className="destination-gap">{steps.how}</h3>
      <ul>
        <li>{steps.signed}</li>
        <li>{steps.retried}</li>
        <li>{steps.once}</li>
        <li>{steps.backfill}</li>
      </ul>
    </>
  );
}

export function NewDestinationPage() {
  const steps = useWords(wizardWords);
  const navigate = useNavigate();
  const inside = useDestinations().data?.private_allowed ?? false;
  const { add } = useDestinationActions();
  const [form] = Form.useForm<WebhookCreate>();
  const { submit, busy, refusal } = useSubmit(form);
  const [draft, setDraft] = useState(START);
  const [step, setStep] = useState<Step>('where');
  const [made, setMade] = useState<{ id: number; secret: string }>();
  const change = (patch: Partial<WebhookCreate>) => setDraft((before) => ({ ...before, ...patch }));

  const blocked = (): string | undefined => {
    if (step === 'where') {
      if (!draft.name.trim()) return steps.nameNeeded;
      const good = (inside ? /^https?:\/\/./ : /^https:\/\/./).test(draft.url);
      if (!good) return inside ? steps.urlNeededInside : steps.urlNeeded;
    }
    if (step === 'what') {
      if (draft.facts.length === 0) return steps.factsNeeded;
      if (draft.with_identities && draft.reason.trim().length < REASON_MIN) return steps.reasonNeeded;
    }
    return undefined;
  };
  const next = async () => {
    const following = STEPS[STEPS.indexOf(step) + 1];
    if (following) return setStep(following);
    await submit(async () => {
      const { destination, secret } = await add(draft);
      setMade({ id: destination.destination_id, secret });
    });
  };
  const content: Record<Step, React.ReactNode> = {
    where: <Where draft={draft} onChange={change} inside={inside} />,
    what: <What draft={draft} onChange={change} />,
    check: <Check draft={draft} refusal={refusal} />,
  };
  return (
    <>
      <PageHead title={steps.title} desc={steps.desc} />
      <Wizard
        steps={STEPS.map((key) => ({ key, title: steps[key], content: content[key] }))}
        current={step}
        onBack={() => setStep(STEPS[STEPS.indexOf(step) - 1] ?? 'where')}
        onNext={() => void next()}
        {...(step === 'check' ? { nextText: steps.create } : {})}
        blocked={blocked()}
        busy={busy}
      />
      {made ? (
        <SecretModal secret={made.secret} onClose={() => void navigate(`/destinations/${made.id}`)} />
      ) : null}
    </>
  );
}
