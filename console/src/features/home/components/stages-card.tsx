/** How many customers stand in each stage of life; each row leads to them. */
import { Card } from 'antd';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { moneyText, numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { useBrand } from '@/ui/session';
import { STAGE_COLOR, STAGES, StageTag } from '@/ui/tags';
import { tokens as t } from '@/ui/tokens';
import { stageWords } from '@/ui/words';
import type { Summary } from '../queries';
import { words } from '../words';
import { shareText } from './key-figures';

export function StagesCard({ summary, period }: { summary: Summary; period: string }) {
  const w = useWords(words);
  const names = useWords(stageWords);
  const language = useLanguage();
  const { currency } = useBrand();
  const of = (stage: string) => summary.stages.find((each) => each.stage === stage);
  const most = Math.max(1, ...summary.stages.map(({ customers }) => customers));
  return (
    <Card
      className="home-fill"
      title={
        <Definition of={{ unit: w.customersUnit, period, definition: w.stagesMeaning }}>
          {w.stages}
        </Definition>
      }
      extra={<span className="home-note">{w.total(numText(summary.customers, language))}</span>}
    >
      <ul className="stage-bars">
        {STAGES.map((stage) => {
          const found = of(stage) ?? { customers: 0, sales_365d_fen: 0 };
          const count = numText(found.customers, language);
          return (
            <li key={stage}>
              <Link to={`/customers?stage=${stage}`} aria-label={w.seeStage(names[stage], count)}>
                <StageTag stage={stage} />
                <span className="bar-track">
                  <span
                    className="bar"
                    style={{
                      width: `${(found.customers / most) * 100}%`,
                      background: t.tag[STAGE_COLOR[stage]].ink,
                    }}
                  />
                </span>
                <span className="num stage-count">
                  {count} <small className="unit">{w.customersUnit}</small>
                </span>
                <span className="num stage-note">
                  {shareText(found.customers, summary.customers, language)} · {w.stageSales}{' '}
                  {moneyText(found.sales_365d_fen, currency, language, true)}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
