/** How far the ledger is sealed, and whether the seals hold. */
import { Alert, Button, Card } from 'antd';
import { useState } from 'react';
import { CopyText } from '@/ui/copy-text';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { isOpen } from '@/ui/progress/duration';
import { useCan } from '@/ui/session';
import { ErrorBlock, StateBlock } from '@/ui/state-block';
import { Time } from '@/ui/time';
import { type Chain, useChain, useConsentActions, useVerification } from '../queries';
import { verdictOf } from '../verdict';
import { words } from '../words';

function Figures({ chain }: { chain: Chain }) {
  const w = useWords(words);
  const language = useLanguage();
  const figures: [string, string][] = [
    [w.sealed, `${numText(chain.entries, language)} ${w.sealedUnit}`],
    [w.seals, `${numText(chain.seals, language)} ${w.sealsUnit}`],
    [w.waiting, `${numText(chain.waiting, language)} ${w.sealedUnit}`],
  ];
  return (
    <dl className="chain-figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
      <div>
        <dt>{w.sealedAt}</dt>
        <dd>{chain.sealed_at ? <Time at={chain.sealed_at} /> : w.never}</dd>
      </div>
    </dl>
  );
}

function Verdict({ taskId }: { taskId: number }) {
  const w = useWords(words);
  const why: Record<string, string> = useWords(words) as never;
  const language = useLanguage();
  const { data: task, error } = useVerification(taskId);
  if (error) return <ErrorBlock error={error} />;
  if (!task || isOpen(task)) return <Alert type="info" showIcon title={w.verifying} role="status" />;
  const verdict = verdictOf(task);
  if (!verdict) return <Alert type="warning" showIcon title={w.verifyFailed} />;
  const said = verdict.intact
    ? w.intact(numText(verdict.entries, language), numText(verdict.seals, language))
    : w.broken(numText(verdict.brokenSeal ?? 0, language), why[verdict.fault] ?? verdict.fault);
  return <Alert type={verdict.intact ? 'success' : 'error'} showIcon role="status" title={said} />;
}

export function ChainCard() {
  const w = useWords(words);
  const query = useChain();
  const edits = useCan('consents.edit');
  const { verify } = useConsentActions();
  const [taskId, setTaskId] = useState<number>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const run = async () => {
    setBusy(true);
    setRefusal(undefined);
    await verify().then(setTaskId, setRefusal);
    setBusy(false);
  };
  return (
    <Card
      title={w.chain}
      extra={
        edits ? (
          <Button loading={busy} onClick={() => void run()}>
            {w.verify}
          </Button>
        ) : null
      }
    >
      <p className="quiet">{w.chainHelp}</p>
      {refusal ? <ErrorBlock error={refusal} /> : null}
      {taskId === undefined ? null : <Verdict taskId={taskId} />}
      <StateBlock query={query} height={120}>
        {(chain) => (
          <>
            <Figures chain={chain} />
            {chain.head ? (
              <p className="chain-head">
                <span className="quiet">{w.head} </span>
                <CopyText text={chain.head} />
                <br />
                <small className="quiet">{w.headHelp}</small>
              </p>
            ) : null}
          </>
        )}
      </StateBlock>
    </Card>
  );
}
