/** Why the customer is in this stage, and how it came about. */
import { Card, Timeline } from 'antd';
import { type Title, useLanguage, useWords } from '@/ui/i18n';
import { StageTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import { said, type Trait } from '@/ui/trait-value';
import { stageWords } from '@/ui/words';
import type { Insight } from '../queries';
import { words } from '../words/customer';

interface StageCardProps {
  insight: Insight;
  traits: Trait[] | undefined;
}

function Scores({ r, f, m }: { r: unknown; f: unknown; m: unknown }) {
  return (
    <span className="num quiet">
      R{String(r)} F{String(f)} M{String(m)}
    </span>
  );
}

export function StageCard({ insight, traits }: StageCardProps) {
  const w = useWords(words);
  const stages = useWords(stageWords);
  const language = useLanguage();
  const { stage, rfm_class: code, rfm_r, rfm_f, rfm_m } = insight.traits;
  const choice = traits?.find(({ name }) => name === 'rfm_class')?.choices[String(code)];
  const className = choice ? said(choice)[language] : String(code);
  const reason: Title = said(insight.reason);
  const nameOf = (key: string | null) =>
    key && key in stages ? stages[key as keyof typeof stages] : (key ?? '');
  const items = insight.history.map((entry) => ({
    key: entry.as_of,
    content: (
      <div className="history">
        <span>
          {entry.from_stage ? `${w.historyFrom(nameOf(entry.from_stage))} ` : null}
          <StageTag stage={entry.stage} />{' '}
          {entry.rfm_r === null ? null : <Scores r={entry.rfm_r} f={entry.rfm_f} m={entry.rfm_m} />}
        </span>
        <small>
          <Time at={entry.as_of} />{' '}
          {entry.reason ? said(entry.reason)[language] : entry.from_stage ? '' : w.historyFirst}
        </small>
      </div>
    ),
  }));
  return (
    <Card title={w.why}>
      <p className="why">
        <StageTag stage={String(stage)} /> <b>{reason[language]}</b>
      </p>
      <p className="why">
        {code === null ? (
          <span className="quiet">{w.noClass}</span>
        ) : (
          <>
            {w.rfm} <b>{className}</b> <Scores r={rfm_r} f={rfm_f} m={rfm_m} />
          </>
        )}
      </p>
      <h3 className="card-part" title={w.historyHelp}>
        {w.history}
      </h3>
      {items.length > 0 ? <Timeline items={items} /> : <p className="quiet">{w.historyNone}</p>}
    </Card>
  );
}
