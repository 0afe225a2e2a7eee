/** What a number means: unit, period and definition, on hover and on keyboard focus. */
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from './i18n';
import { words } from './words';

export interface Meaning {
  unit: string;
  /** The days or the moment that the number covers. */
  period?: string;
  definition: string;
}

export function MeaningText({ meaning }: { meaning: Meaning }) {
  const w = useWords(words);
  return (
    <dl className="meaning">
      <dt>{w.definition}</dt>
      <dd>{meaning.definition}</dd>
      <dt>{w.unit}</dt>
      <dd>{meaning.unit}</dd>
      {meaning.period ? (
        <>
          <dt>{w.period}</dt>
          <dd>{meaning.period}</dd>
        </>
      ) : null}
    </dl>
  );
}

export function Definition({ of, children }: { of: Meaning | undefined; children: ReactNode }) {
  const w = useWords(words);
  if (!of) return children;
  const spoken = [of.definition, `${w.unit} ${of.unit}`, of.period ?? ''].filter(Boolean).join(' · ');
  return (
    <Tooltip
      title={<MeaningText meaning={of} />}
      trigger={['hover', 'focus']}
      styles={{ root: { maxWidth: 360 } }}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the definition must be reachable with the keyboard. */}
      <span className="defined" tabIndex={0} role="note" aria-description={spoken}>
        {children}
      </span>
    </Tooltip>
  );
}
