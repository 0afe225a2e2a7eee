/** The answer in plain sentences, and how far it can be relied on yet. */
import { CheckCircleOutlined, MinusCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { Card } from 'antd';
import { useWords } from '@/ui/i18n';
import { ToneTag } from '@/ui/tags';
import type { Results } from '../queries';
import { daysLeft } from '../schedule';
import { boundsOf, type Finding, findingOf } from '../verdict';
import { words } from '../words/result';
import { useFigures } from './use-figures';

const ICONS = {
  more: <CheckCircleOutlined className="cp-verdict-good" />,
  less: <WarningOutlined className="cp-verdict-bad" />,
  none: <MinusCircleOutlined className="cp-verdict-none" />,
  early: <MinusCircleOutlined className="cp-verdict-none" />,
  unknown: <MinusCircleOutlined className="cp-verdict-none" />,
  untrusted: <WarningOutlined className="cp-verdict-bad" />,
};

/** The main sentence. */
function useSentence(): (finding: Finding) => string {
  const w = useWords(words);
  const f = useFigures();
  return ({ verdict, value, bounds }) => {
    if (verdict === 'untrusted') return w.untrusted;
    if (verdict === 'early') return w.early;
    if (!bounds || verdict === 'unknown') return w.unknown;
    if (verdict === 'none') return w.noEffect(f.signedMoney(value), ...f.both(bounds, f.signedMoney));
    if (verdict === 'more') return w.more(f.money(value), ...f.both(bounds, f.money));
    return w.less(f.money(-value), ...f.both({ low: -bounds.high, high: -bounds.low }, f.money));
  };
}

/** What it comes to in money; nothing where no effect is shown. */
function useWorth(): (results: Results, finding: Finding) => string {
  const w = useWords(words);
  const f = useFigures();
  return ({ headcount, returned }, { verdict }) => {
    const bounds = boundsOf(returned.incremental_interval);
    if (verdict !== 'more' || returned.incremental_margin_fen === null) return '';
    const sum = w.value(
      f.count(headcount.treated),
      f.wholeMoney(returned.incremental_margin_fen),
      f.money(returned.cost_fen),
    );
    if (!bounds || returned.incremental === null) return sum;
    const earned = w.earned(f.unit, f.plainTimes(returned.incremental), ...f.both(bounds, f.plainTimes));
    return f.sentences(sum, earned);
  };
}

/** Whether the answer may still change, and what to read until then. */
function useStanding(): (results: Results, finding: Finding) => string {
  const w = useWords(words);
  const f = useFigures();
  return ({ final, window_ends_at, as_of }, { verdict, anytime, settled }) => {
    if (final) return w.closed;
    const open = w.open(daysLeft(window_ends_at, as_of));
    if (!anytime || (verdict !== 'more' && verdict !== 'less')) return open;
    const [low, high] = f.both(anytime, settled ? f.money : f.signedMoney);
    return f.sentences(open, settled ? w.openSettled(low, high) : w.openUnsettled(low, high));
  };
}

export function VerdictCard({ results }: { results: Results }) {
  const w = useWords(words);
  const finding = findingOf(results.sales, results);
  const worth = useWorth()(results, finding);
  const sentence = useSentence()(finding);
  const standing = useStanding()(results, finding);
  return (
    <Card className="cp-verdict" aria-label={w.verdict}>
      {ICONS[finding.verdict]}
      <div>
        <h2>
          {w.verdict}{' '}
          <ToneTag tone={results.final ? 'good' : 'running'}>
            {results.final ? w.windowClosed : w.windowOpen}
          </ToneTag>
        </h2>
        <p className="cp-verdict-main">{sentence}</p>
        {worth ? <p>{worth}</p> : null}
        <p className="cp-quiet">{standing}</p>
      </div>
    </Card>
  );
}
