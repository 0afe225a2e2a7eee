/** Whether the result can be believed: the split, the window, and how it was computed. */
import { Card } from 'antd';
import { Definition } from '@/ui/definition';
import { numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { ToneTag } from '@/ui/tags';
import { Time } from '@/ui/time';
import type { Results } from '../queries';
import { words } from '../words/result';
import { useFigures } from './use-figures';

const P_DIGITS = 3;

export function TrustCard({ results }: { results: Results }) {
  const w = useWords(words);
  const f = useFigures();
  const language = useLanguage();
  const { sample_ratio: ratio, headcount, final } = results;
  const treated = f.count(headcount.treated);
  const holdout = f.count(headcount.holdout);
  const expected = ratio.arms.find(({ arm }) => arm === 'holdout')?.expected ?? 0;
  const p = ratio.p_value < 0.001 ? '< 0.001' : numText(ratio.p_value, language, P_DIGITS);
  return (
    <Card title={w.trust}>
      <dl className="cp-trust">
        <dt>
          <Definition of={{ definition: w.ratioMeaning, unit: 'p' }}>{w.ratio}</Definition>{' '}
          <ToneTag tone={ratio.passed ? 'good' : 'bad'}>
            {ratio.passed ? w.ratioPassed : w.ratioFailed}
          </ToneTag>
        </dt>
        <dd>
          {ratio.passed
            ? w.ratioPassedText(treated, holdout, p)
            : w.ratioFailedText(treated, holdout, f.count(Math.round(expected)), p)}
        </dd>
        <dt>
          {w.windowLabel}{' '}
          <ToneTag tone={final ? 'good' : 'running'}>{final ? w.windowClosed : w.windowOpen}</ToneTag>
        </dt>
        <dd>
          <Time at={results.assigned_at} /> – <Time at={results.window_ends_at} />
        </dd>
        <dt>{w.method}</dt>
        <dd>{w.methodText}</dd>
      </dl>
    </Card>
  );
}
