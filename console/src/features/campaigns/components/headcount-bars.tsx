/** Who gets what: the audience, less every exclusion, split into holdout and treated. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { reasonWords } from '@/ui/campaign-words';
import { Definition } from '@/ui/definition';
import { percentText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import type { Headcount } from '../queries';
import { words as common, reasonHelp } from '../words/common';

interface Row {
  key: string;
  title: string;
  definition: string;
  count: number;
  base: number;
  baseName: string;
  tone: 'all' | 'out' | 'eligible' | 'holdout' | 'treated';
  to?: string;
}

interface HeadcountBarsProps {
  headcount: Headcount;
  /** The moment the counts are of. */
  period: string;
  /** The page with everybody who took part; rows then lead to their customers. */
  recipients?: string;
  /** Exclusions only, or everything. */
  only?: 'exclusions';
}

function useRows({ headcount, recipients, only }: HeadcountBarsProps): Row[] {
  const c = useWords(common);
  const reasons = useWords(reasonWords);
  const help = useWords(reasonHelp);
  const { audience, eligible, treated, holdout, exclusions } = headcount;
  const linked = (filter: string) => (recipients ? { to: `${recipients}?${filter}` } : {});
  const part = (key: 'treated' | 'holdout', count: number): Row => ({
    key,
    title: c[key],
    definition: c[`${key}Meaning`],
    count,
    base: eligible,
    baseName: c.eligible,
    tone: key,
    ...linked(`state=${key}`),
  });
  const out = exclusions.map(
    ({ reason, customers }): Row => ({
      key: reason,
      title: reasons[reason],
      definition: help[reason],
      count: customers,
      base: audience,
      baseName: c.audience,
      tone: 'out',
      ...linked(`state=excluded&reason=${reason}`),
    }),
  );
  if (only) return out;
  const whole = { base: audience, baseName: c.audience };
  return [
    {
      key: 'audience',
      title: c.audience,
      definition: c.audienceMeaning,
      count: audience,
      ...whole,
      tone: 'all',
    },
    ...out,
    {
      key: 'eligible',
      title: c.eligible,
      definition: c.eligibleMeaning,
      count: eligible,
      ...whole,
      tone: 'eligible',
    },
    part('holdout', holdout),
    part('treated', treated),
  ];
}

export function HeadcountBars(props: HeadcountBarsProps) {
  const c = useWords(common);
  const language = useLanguage();
  const { headcount, period } = props;
  const widthOf = (count: number) => (headcount.audience > 0 ? (100 * count) / headcount.audience : 0);
  const nameOf = (row: Row): ReactNode => (
    <Definition of={{ definition: row.definition, unit: c.customersLong, period }}>{row.title}</Definition>
  );
  return (
    <ol className="cp-bars">
      {useRows(props).map((row) => (
        <li key={row.key} className={`cp-bar cp-bar-${row.tone}`}>
          <span className="cp-bar-name">{nameOf(row)}</span>
          <span className="cp-bar-track" aria-hidden>
            <span style={{ width: `${widthOf(row.count)}%` }} />
          </span>
          <span className="cp-bar-count num">
            {row.tone === 'out' ? '− ' : ''}
            {row.to ? (
              <Link to={row.to}>
                <Num value={row.count} />
              </Link>
            ) : (
              <Num value={row.count} />
            )}
            <small className="unit"> {c.customers}</small>
          </span>
          <span className="cp-bar-share num">
            {row.tone === 'all' || row.base === 0
              ? ''
              : c.shareOf(percentText(row.count / row.base, language), row.baseName)}
          </span>
        </li>
      ))}
    </ol>
  );
}
