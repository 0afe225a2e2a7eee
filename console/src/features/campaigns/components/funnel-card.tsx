/** From the audience to the buyers: every step with the step it is measured against. */
import { Card } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Definition } from '@/ui/definition';
import { percentText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { EmptyBlock } from '@/ui/state-block';
import type { Results } from '../queries';
import { words as common } from '../words/common';
import { words } from '../words/result';
import { HeadcountBars } from './headcount-bars';
import { useFigures } from './use-figures';

type Step = Results['funnel'][number];

function Row({
  step,
  period,
  most,
  to,
}: {
  step: Step;
  period: string;
  most: number;
  to: string | undefined;
}) {
  const c = useWords(common);
  const language = useLanguage();
  const count = <Num value={step.customers} />;
  return (
    <li className={`cp-bar cp-bar-step-${step.step}`}>
      <span className="cp-bar-name">
        <Definition of={{ definition: c[`${step.step}Meaning`], unit: c.customersLong, period }}>
          {c[step.step]}
        </Definition>
      </span>
      <span className="cp-bar-track" aria-hidden>
        <span style={{ width: `${most > 0 ? (100 * step.customers) / most : 0}%` }} />
      </span>
      <span className="cp-bar-count num">
        {to ? <Link to={to}>{count}</Link> : count}
        <small className="unit"> {c.customers}</small>
      </span>
      <span className="cp-bar-share num">
        {step.base && step.share !== null ? c.shareOf(percentText(step.share, language), c[step.base]) : ''}
      </span>
    </li>
  );
}

/** `children` stand below the exclusions. */
export function FunnelCards({
  results,
  withBuyers = true,
  children,
}: {
  results: Results;
  withBuyers?: boolean;
  children: ReactNode;
}) {
  const w = useWords(words);
  const c = useWords(common);
  const period = useFigures().period(results);
  const recipients = `/campaigns/${results.campaign_id}/recipients`;
  const linkOf = ({ step }: Step) =>
    step === 'audience' ? recipients : step === 'treated' ? `${recipients}?state=treated` : undefined;
  const excluded = results.headcount.audience - results.headcount.eligible;
  return (
    <div className="cp-result-grid">
      <Card title={w.funnel}>
        <ol className="cp-bars">
          {results.funnel
            .filter(({ step }) => withBuyers || step !== 'buyers')
            .map((step) => (
              <Row
                key={step.step}
                step={step}
                period={step.base === null || step.step === 'eligible' ? c.atLaunch : period}
                most={results.headcount.audience}
                to={linkOf(step)}
              />
            ))}
        </ol>
      </Card>
      <div className="cp-result">
        <Card
          title={
            <Definition of={{ definition: c.excludedMeaning, unit: c.customersLong, period: c.atLaunch }}>
              {w.exclusions}
            </Definition>
          }
          extra={
            <Link to={`${recipients}?state=excluded`}>
              <Num value={excluded} unit={c.customers} />
            </Link>
          }
        >
          {results.headcount.exclusions.length > 0 ? (
            <HeadcountBars
              headcount={results.headcount}
              period={c.atLaunch}
              recipients={recipients}
              only="exclusions"
            />
          ) : (
            <EmptyBlock text={w.exclusionsEmpty} />
          )}
        </Card>
        {children}
      </div>
    </div>
  );
}
