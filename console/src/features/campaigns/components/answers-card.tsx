/** What became of a campaign that asked for consent: how many were asked, agreed, refused, said nothing. */
import { Card } from 'antd';
import { percentText, timeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { type Kpi, KpiStrip } from '@/ui/kpi-strip';
import { Num } from '@/ui/numbers';
import { useBrand } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { type Answers, useAnswers } from '../queries';
import { words } from '../words/asking';

const SHOWN = ['asked', 'agreed', 'refused', 'waiting', 'unanswered'] as const;

function Figures({ answers }: { answers: Answers }) {
  const w = useWords(words);
  const language = useLanguage();
  const items = SHOWN.map(
    (key): Kpi => ({
      key,
      title: w[key],
      value: <Num value={answers[key]} />,
      unit: w.numbers,
      meaning: { definition: w[`${key}Meaning`], unit: w.unit },
      note: key === 'asked' ? '' : w.shareOf(percentText(answers[key] / answers.asked, language)),
    }),
  );
  return <KpiStrip items={items} />;
}

export function AnswersCard({ campaignId, isSending }: { campaignId: number; isSending: boolean }) {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const query = useAnswers(campaignId, isSending);
  const until = query.data?.answer_until;
  return (
    <Card title={w.answers} className="cp-answers">
      <StateBlock query={query} height={100}>
        {(answers) => (answers.asked > 0 ? <Figures answers={answers} /> : <EmptyBlock text={w.none} />)}
      </StateBlock>
      {until ? <p className="cp-quiet">{w.answersDesc(timeText(until, zone))}</p> : null}
    </Card>
  );
}
