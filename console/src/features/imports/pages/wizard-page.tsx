/** The import wizard: file, columns, check, start. */
import { App, Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand } from '@/ui/session';
import { ErrorBlock, useProblemText } from '@/ui/state-block';
import { Wizard } from '@/ui/wizard';
import '../imports.css';
import { CheckStep } from '../components/check-step';
import { FileStep } from '../components/file-step';
import { MapStep } from '../components/map-step';
import { OptionsStep } from '../components/options-step';
import {
  choiceOf,
  type Draft,
  draftOf,
  foreignCurrency,
  mapToRepeat,
  type Options,
  optionsOf,
  requestOf,
} from '../draft';
import { missingFields } from '../fields';
import { columnsOf } from '../map-text';
import { type Upload, useImportActions, usePresets, usePreview } from '../queries';
import { fieldWords } from '../words/fields';
import { words } from '../words/wizard';

const STEPS = ['file', 'map', 'check', 'start'] as const;
type Step = (typeof STEPS)[number];

/** Why the person cannot go on from a step. */
function useBlocked(
  step: Step,
  draft: Draft | undefined,
  options: Options,
  rows: number | undefined,
): string | undefined {
  const w = useWords(words);
  const fields = useWords(fieldWords);
  const language = useLanguage();
  const { currency } = useBrand();
  if (!draft) return w.fileNeeded;
  const missing = missingFields(draft.kind, columnsOf(draft.mapText)).map((field) => fields[field]);
  if (missing.length > 0) return w.stillMissing(new Intl.ListFormat(language).format(missing));
  if (step === 'check') return rows === undefined ? w.checking : rows === 0 ? w.rowsBlocked : undefined;
  if (step === 'start' && foreignCurrency(draft, currency) && !options.rate) return w.rateNeeded;
  return undefined;
}

/** Sends the import and leads to its page. */
function useStart() {
  const textOf = useProblemText();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const { currency } = useBrand();
  const { start } = useImportActions();
  const [busy, setBusy] = useState(false);
  const run = async (draft: Draft, options: Options) => {
    setBusy(true);
    try {
      const { import_id } = await start(requestOf(draft, options, currency));
      await navigate(`/imports/${import_id}`);
    } catch (error) {
      message.error(textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { run, busy };
}

const NO_OPTIONS: Options = { rate: null, maxBadPercent: 1, dryRun: false };

export function WizardPage() {
  const w = useWords(words);
  const repeat = mapToRepeat(useLocation().state);
  const presets = usePresets();
  const [step, setStep] = useState<Step>('file');
  const [draft, setDraft] = useState<Draft>();
  const [options, setOptions] = useState<Options>(NO_OPTIONS);
  const preview = usePreview(draft && step === 'check' ? choiceOf(draft) : undefined);
  const { run, busy } = useStart();
  const known = presets.data?.items ?? [];
  const blocked = useBlocked(step, draft, options, preview.data?.rows.length);

  const onUploaded = (upload: Upload) => {
    const begun = draftOf(upload, known, repeat);
    setDraft(begun);
    setOptions(optionsOf(begun));
    setStep('map');
  };
  const move = (by: 1 | -1) => {
    const next = STEPS[STEPS.indexOf(step) + by];
    if (next) setStep(next);
  };
  const restart = () => {
    setDraft(undefined);
    setStep('file');
  };
  const onNext = () => {
    if (step === 'start' && draft) void run(draft, options);
    else move(1);
  };
  const fileStep = presets.error ? (
    <ErrorBlock error={presets.error} onRetry={() => void presets.refetch()} />
  ) : (
    <FileStep onUploaded={onUploaded} />
  );
  const contents: Record<Step, ReactNode> = {
    file: fileStep,
    map: draft ? <MapStep draft={draft} presets={known} onChange={setDraft} /> : null,
    check: draft ? <CheckStep draft={draft} query={preview} /> : null,
    start: draft ? <OptionsStep draft={draft} options={options} onChange={setOptions} /> : null,
  };
  const titles: Record<Step, string> = {
    file: w.stepFile,
    map: w.stepMap,
    check: w.stepCheck,
    start: w.stepStart,
  };
  const isBlocked = step === 'file' ? w.fileNeeded : blocked;
  return (
    <>
      <PageHead title={w.title} desc={w.desc} />
      <Wizard
        steps={STEPS.map((key) => ({ key, title: titles[key], content: contents[key] }))}
        current={step}
        onBack={() => move(-1)}
        onNext={onNext}
        blocked={isBlocked}
        busy={busy}
        {...(step === 'start' ? { nextText: options.dryRun ? w.startDry : w.start } : {})}
        extra={
          draft ? (
            <Button type="text" onClick={restart}>
              {w.startOver}
            </Button>
          ) : null
        }
      />
    </>
  );
}
