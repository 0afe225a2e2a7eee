/** A new destination: a webhook in three steps (where to, what, check), a folder or bucket in one. */
import { Alert, Checkbox, Descriptions, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useCan } from '@/ui/session';
import { useSubmit } from '@/ui/use-submit';
import { Wizard } from '@/ui/wizard';
import { punctuation } from '@/ui/words';
import '../destinations.css';
import { FactNames } from '../components/fact-names';
import { FactsPicker } from '../components/facts-picker';
import { EMPTY_PLACE, type Kind, PlaceFields, useMissing } from '../components/place-fields';
import { SigningSecret } from '../components/signing-secret';
import { exportWords } from '../export-words';
import { useDestinationActions, useDestinations, type WebhookCreate } from '../queries';
import { wizardWords, words } from '../words';

const START: WebhookCreate = {
  name: '',
  url: '',
  facts: [],
  with_identities: false,
  third_party: true,
  reason: '',
};
type Step = 'where' | 'what' | 'check';
const STEPS: Record<Kind, Step[]> = {
  webhook: ['where', 'what', 'check'],
  folder: ['where'],
  bucket: ['where'],
};
const REASON_MIN = 4;

interface PartProps {
  draft: WebhookCreate;
  onChange: (patch: Partial<WebhookCreate>) => void;
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
            children: <FactNames facts={draft.facts} />,
          },
          {
            key: 'who',
            label: w.identities,
            children: draft.with_identities ? `${w.withIdentities} · ${draft.reason}` : w.withoutIdentities,
          },
          { key: 'whose', label: w.whose, children: draft.third_party ? w.thirdParty : w.ours },
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
  const words = useWords(wizardWords);
  const { placeNeeded } = useWords(exportWords);
  const { and } = useWords(punctuation);
  const navigate = useNavigate();
  const inside = useDestinations().data?.private_allowed ?? false;
  const actions = useDestinationActions();
  const [form] = Form.useForm<WebhookCreate>();
  const { submit, busy, refusal } = useSubmit(form);
  const [kind, setKind] = useState<Kind>('webhook');
  const [draft, setDraft] = useState(START);
  const [place, setPlace] = useState(EMPTY_PLACE);
  const [step, setStep] = useState<Step>('where');
  const [made, setMade] = useState<{ id: number; secret: string }>();
  const change = (patch: Partial<WebhookCreate>) => setDraft((before) => ({ ...before, ...patch }));
  const steps = STEPS[kind];
  const missing = useMissing(kind, place);

  const blocked = (): string | undefined => {
    if (step === 'where') {
      if (!draft.name.trim()) return words.nameNeeded;
      if (kind !== 'webhook') return missing.length > 0 ? placeNeeded(missing.join(and)) : undefined;
      const good = (inside ? /^https?:\/\/./ : /^https:\/\/./).test(draft.url);
      if (!good) return inside ? words.urlNeededInside : words.urlNeeded;
    }
    if (step === 'what') {
      if (draft.facts.length === 0) return words.factsNeeded;
      if (draft.with_identities && draft.reason.trim().length < REASON_MIN) return words.reasonNeeded;
    }
    return undefined;
  };
  const create = async () => {
    if (kind === 'webhook') {
      const { destination, secret } = await actions.add(draft);
      return setMade({ id: destination.destination_id, secret });
    }
    const { name, third_party } = draft;
    const { folder, ...bucket } = place;
    const there = await (kind === 'folder'
      ? actions.addFolder({ name, folder, third_party })
      : actions.addBucket({ name, ...bucket, third_party }));
    await navigate(`/destinations/${there.destination_id}`);
  };
  const next = async () => {
    const following = steps[steps.indexOf(step) + 1];
    if (following) setStep(following);
    else await submit(create);
  };
  const content: Record<Step, ReactNode> = {
    where: (
      <>
        {kind !== 'webhook' && refusal ? <Alert type="error" showIcon role="alert" title={refusal} /> : null}
        <PlaceFields
          kind={kind}
          onKind={setKind}
          name={draft.name}
          url={draft.url}
          thirdParty={draft.third_party}
          onChange={change}
          place={place}
          onPlace={(patch) => setPlace((before) => ({ ...before, ...patch }))}
          inside={inside}
        />
      </>
    ),
    what: <What draft={draft} onChange={change} />,
    check: <Check draft={draft} refusal={refusal} />,
  };
  const last = steps.at(-1) === step;
  return (
    <>
      <PageHead title={words.title} desc={words.desc} />
      <Wizard
        steps={steps.map((key) => ({ key, title: words[key], content: content[key] }))}
        current={step}
        onBack={() => setStep(steps[steps.indexOf(step) - 1] ?? 'where')}
        onNext={() => void next()}
        {...(last ? { nextText: kind === 'webhook' ? words.create : words.createPlace } : {})}
        blocked={blocked()}
        busy={busy}
      />
      {made ? (
        <SigningSecret secret={made.secret} onClose={() => void navigate(`/destinations/${made.id}`)} />
      ) : null}
    </>
  );
}
