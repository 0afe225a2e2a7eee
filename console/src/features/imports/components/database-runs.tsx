/** What a pull brought, run by run. */
import { Drawer } from 'antd';
import { Link } from 'react-router';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { wordOf } from '@/ui/progress/work-progress';
import { StateBlock } from '@/ui/state-block';
import { type Tone, ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { type Pull, type PullRun, usePullRuns } from '../databases';
import { noEventWords, runStateWords, words } from '../words/databases';

const TONES: Record<string, Tone> = {
  reading: 'running',
  importing: 'running',
  done: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  undone: 'neutral',
};

export function RunState({ run }: { run: PullRun }) {
  const states: Record<string, string> = useWords(runStateWords);
  return <ToneTag tone={TONES[run.state] ?? 'neutral'}>{wordOf(states, run.state)}</ToneTag>;
}

export function CursorValue({ value }: { value: string | null | undefined }) {
  const w = useWords(words);
  if (!value) return <span className="quiet">{w.beginning}</span>;
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value)) return <Time at={value} detail="second" />;
  return <code>{value.replace('T', ' ')}</code>;
}

function Outcome({ run }: { run: PullRun }) {
  const w = useWords(words);
  const whys: Record<string, string> = useWords(noEventWords);
  const isChinese = useLanguage() === 'zh-CN';
  const left = Object.values(run.left_out).reduce((sum, rows) => sum + rows, 0);
  const reasons = Object.keys(run.left_out).map((reason) => wordOf(whys, reason));
  return (
    <>
      {run.import_id ? <Link to={`/imports/${run.import_id}`}>{w.toImport}</Link> : null}
      {run.problem ? <div>{isChinese ? run.problem.message_zh : run.problem.message}</div> : null}
      {left ? <div className="quiet">{w.leftOutBecause(left, reasons)}</div> : null}
    </>
  );
}

export function DatabaseRuns({ of, onClose }: { of: Pull; onClose: () => void }) {
  const w = useWords(words);
  const query = usePullRuns(of.pull_id);
  return (
    <Drawer open onClose={onClose} size={820} title={w.historyTitle(of.title)}>
      <p className="quiet">{w.historyHelp}</p>
      <StateBlock
        query={query}
        height={200}
        isEmpty={({ items }) => items.length === 0}
        empty={{ text: w.noRuns }}
      >
        {({ items }) => (
          <table className="database-runs" aria-label={w.history}>
            <thead>
              <tr>
                <th scope="col">{w.at}</th>
                <th scope="col">{w.state}</th>
                <th scope="col" className="end">
                  {w.count}
                </th>
                <th scope="col">{w.upTo}</th>
                <th scope="col">{w.outcome}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((run) => (
                <tr key={run.pull_run_id}>
                  <td>
                    <Time at={run.started_at} detail="second" />
                    <div className="quiet">{run.started_by}</div>
                  </td>
                  <td>
                    <RunState run={run} />
                  </td>
                  <td className="end">
                    <Num value={run.rows} />
                  </td>
                  <td>
                    <CursorValue value={run.to_value} />
                  </td>
                  <td>
                    <Outcome run={run} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </StateBlock>
    </Drawer>
  );
}
