/** A long job as every page shows it: its state, its present step with a bar, its error in the reader's language. */
import { Alert, Progress, Spin } from 'antd';
import { CopyText } from '../copy-text';
import { numText, sizeText } from '../format';
import { useLanguage, useWords } from '../i18n';
import { type Tone, ToneTag } from '../tags';
import { isOpen, percentOf, type Work } from './duration';
import { resultWords, stateWords, stepWords } from './words';

const TONE: Record<string, Tone> = {
  queued: 'neutral',
  running: 'running',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  undone: 'warning',
};

/** The step whose counts are bytes of the file. */
const READS_BYTES = 'reading';

/** The word for a code, or the code itself where a newer server knows more than this console. */
export const wordOf = (known: Record<string, string>, code: string): string => known[code] ?? code;

export function WorkState({ state }: { state: string }) {
  const w = useWords(stateWords);
  return <ToneTag tone={TONE[state] ?? 'neutral'}>{wordOf(w, state)}</ToneTag>;
}

/** The bar of running work with its step and counts; nothing once it has ended. */
export function WorkProgress({ work }: { work: Work & { step: string } }) {
  const w = useWords(resultWords);
  const steps = useWords(stepWords);
  const language = useLanguage();
  if (!isOpen(work)) return null;
  const step = work.state === 'queued' ? w.waiting : wordOf(steps, work.step) || w.starting;
  const percent = work.total > 1 ? percentOf(work) : undefined;
  if (percent === undefined)
    return (
      <div className="work-step" role="status">
        <span>
          <Spin size="small" /> {step}
        </span>
      </div>
    );
  const said = work.step === READS_BYTES ? sizeText : numText;
  const counts = `${said(work.done, language)} / ${said(work.total, language)}`;
  return (
    <div className="work-progress" role="status">
      <div className="work-step">
        <span>{step}</span>
        <span className="num">{counts}</span>
      </div>
      <Progress percent={percent} size="small" status="active" aria-label={step} />
    </div>
  );
}

/** What a job keeps of the error that ended it. */
export interface WorkError {
  code?: string;
  message?: string;
  message_zh?: string;
}

export function WorkErrorBlock({ error, title }: { error: WorkError; title: string }) {
  const w = useWords(resultWords);
  const language = useLanguage();
  const text = (language === 'zh-CN' ? error.message_zh : error.message) || error.message || error.code;
  const isCancelled = error.code === 'cancelled';
  return (
    <Alert
      type={isCancelled ? 'info' : 'error'}
      showIcon
      title={isCancelled ? text : title}
      description={
        isCancelled ? null : (
          <>
            <p className="work-error">{text}</p>
            {error.code ? (
              <span className="request-id">
                {w.code} <CopyText text={error.code} />
              </span>
            ) : null}
          </>
        )
      }
    />
  );
}
