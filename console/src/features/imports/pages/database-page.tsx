/** A database is connected or changed: look at its rows, say what they are, check, and say how often. */
import { App } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { ErrorBlock, StateBlock, useProblemText } from '@/ui/state-block';
import { Wizard } from '@/ui/wizard';
import '../imports.css';
import { CheckStep } from '../components/check-step';
import { DatabaseConnect } from '../components/database-connect';
import { DatabaseEvents, EventsCheck, eventsAreSaid } from '../components/database-events';
import { DatabaseSchedule } from '../components/database-schedule';
import { MapStep } from '../components/map-step';
import {
  type Pull,
  type PullDraft,
  pullBodyOf,
  pullDraftOf,
  rowsOf,
  usePullActions,
  usePulls,
} from '../databases';
import { choiceOf, draftOf } from '../draft';
import { missingFields } from '../fields';
import { columnsOf } from '../map-text';
import { type Preset, usePresets, usePreview } from '../queries';
import { words } from '../words/databases';
import { fieldWords } from '../words/fields';
import { words as wizardWords } from '../words/wizard';

const STEPS = ['connect', 'map', 'check', 'schedule'] as const;
type Step = (typeof STEPS)[number];

/** Why the person cannot go on from a step. */
function useBlocked(step: Step, draft: PullDraft, rows: number | undefined): string | undefined {
  const w = useWords(words);
  const wizard = useWords(wizardWords);
  const fields = useWords(fieldWords);
  const language = useLanguage();
  if (!draft.title.trim()) return w.nameNeeded;
  if (!draft.tried) return w.lookFirst;
  if (!draft.cursor) return w.cursorNeeded;
  if (step === 'connect') return undefined;
  if (draft.becomes === 'events') return eventsAreSaid(draft.eventMap) ? undefined : w.eventsNeeded;
  if (!draft.file) return w.lookFirst;
  const missing = missingFields(draft.file.kind, columnsOf(draft.file.mapText)).map((field) => fields[field]);
  if (missing.length > 0) return wizard.stillMissing(new Intl.ListFormat(language).format(missing));
  if (step === 'check' && rows === undefined) return wizard.checking;
  return step === 'check' && rows === 0 ? wizard.rowsBlocked : undefined;
}

/** Looks at the rows once more, now in the order of the cursor, or as events; the answer goes into the draft. */
function useLook(of: Pull | undefined) {
  const textOf = useProblemText();
  const { message } = App.useApp();
  const { look } = usePullActions();
  const [busy, setBusy] = useState(false);
  const run = async (
    draft: PullDraft,
    presets: Preset[],
    asEvents: boolean,
  ): Promise<PullDraft | undefined> => {
    setBusy(true);
    try {
      const tried = await look({
        ...rowsOf(draft),
        title: draft.title.trim(),
        ...(of ? { pull_id: of.pull_id } : {}),
        ...(asEvents ? { event_map: draft.eventMap } : {}),
      });
      const { file } = draft;
      const stored = of && of.kind !== 'events' ? { mapText: of.map_text, kind: of.kind } : undefined;
      const kept = file ? { mapText: file.mapText, kind: file.kind } : stored;
      return { ...draft, tried, file: draftOf(tried.upload, presets, kept) };
    } catch (error) {
      message.error(textOf(error));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy };
}

function PullWizard({ of, presets }: { of: Pull | undefined; presets: Preset[] }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const acts = usePullActions();
  const look = useLook(of);
  const [step, setStep] = useState<Step>('connect');
  const [draft, setDraft] = useState<PullDraft>(() => pullDraftOf(of));
  const [saving, setSaving] = useState(false);
  const isImport = draft.becomes === 'import';
  const preview = usePreview(draft.file && isImport && step === 'check' ? choiceOf(draft.file) : undefined);
  const blocked = useBlocked(step, draft, preview.data?.rows.length);

  const save = async () => {
    setSaving(true);
    try {
      const body = pullBodyOf(draft);
      const kept = of ? { ...body, enabled: of.enabled, from_beginning: draft.fromBeginning } : undefined;
      await (of && kept ? acts.change(of.pull_id, kept) : acts.add(body));
      message.success(w.saved);
      await navigate('/imports/databases');
    } catch (error) {
      message.error(textOf(error));
    } finally {
      setSaving(false);
    }
  };
  const onNext = async () => {
    if (step === 'schedule') return save();
    if (step === 'connect' || (step === 'map' && !isImport)) {
      const seen = await look.run(draft, presets, step === 'map');
      if (!seen) return;
      setDraft(seen);
    }
    setStep(STEPS[STEPS.indexOf(step) + 1] ?? step);
  };
  const map = isImport ? (
    draft.file && (
      <MapStep draft={draft.file} presets={presets} onChange={(file) => setDraft({ ...draft, file })} />
    )
  ) : (
    <DatabaseEvents draft={draft} onChange={setDraft} />
  );
  const check = isImport
    ? draft.file && <CheckStep draft={draft.file} query={preview} />
    : draft.tried && <EventsCheck tried={draft.tried} />;
  const contents: Record<Step, ReactNode> = {
    connect: <DatabaseConnect draft={draft} of={of} onChange={setDraft} />,
    map,
    check,
    schedule: <DatabaseSchedule draft={draft} isChange={of !== undefined} onChange={setDraft} />,
  };
  const titles = { connect: w.stepConnect, map: w.stepMap, check: w.stepCheck, schedule: w.stepSchedule };
  return (
    <Wizard
      steps={STEPS.map((key) => ({ key, title: titles[key], content: contents[key] }))}
      current={step}
      onBack={() => setStep(STEPS[STEPS.indexOf(step) - 1] ?? step)}
      onNext={() => void onNext()}
      blocked={blocked}
      busy={look.busy || saving}
      {...(step === 'schedule' ? { nextText: draft.every ? w.save : w.saveHand } : {})}
    />
  );
}

export function DatabasePage() {
  const w = useWords(words);
  const { pullId } = useParams();
  const pulls = usePulls();
  const presets = usePresets();
  const of = pulls.data?.items.find(({ pull_id }) => String(pull_id) === pullId);
  return (
    <>
      <PageHead title={pullId ? w.editTitle : w.newTitle} desc={w.newDesc} />
      {presets.error ? <ErrorBlock error={presets.error} onRetry={() => void presets.refetch()} /> : null}
      <StateBlock query={pulls} height={320} isEmpty={() => Boolean(pullId) && !of} empty={{ text: w.empty }}>
        {() => (presets.data ? <PullWizard of={of} presets={presets.data.items} /> : null)}
      </StateBlock>
    </>
  );
}
