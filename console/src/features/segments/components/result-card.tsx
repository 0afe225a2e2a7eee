/** How many customers the conditions find, how many may be written to, and what the conditions say in words. */
import { Card, Spin } from 'antd';
import { Definition as Meaning } from '@/ui/definition';
import { numText, percentText, timeText } from '@/ui/format';
import { type Title, useLanguage, useWords } from '@/ui/i18n';
import { Num } from '@/ui/numbers';
import { useBrand } from '@/ui/session';
import { EmptyBlock } from '@/ui/state-block';
import type { Preview } from '../queries';
import { words } from '../words';

interface ResultCardProps {
  preview: Preview | undefined;
  /** The numbers belong to an earlier state of the conditions. */
  stale: boolean;
  reachable: number | undefined;
  /** Why there is no number yet. */
  pause: 'counting' | 'waiting' | 'stopped';
}

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

export function ResultCard({ preview, stale, reachable, pause }: ResultCardProps) {
  const w = useWords(words);
  const language = useLanguage();
  const zone = useBrand().time_zone;
  if (!preview)
    return (
      <Card title={w.result}>
        <EmptyBlock text={w[pause]} />
      </Card>
    );
  const { count, customers } = preview;
  const period = timeText(preview.as_of, zone);
  const sentence: Title = { 'zh-CN': preview.sentence_zh, en: preview.sentence_en };
  const part = share(count, customers);
  return (
    <Card
      title={<Meaning of={{ unit: w.people, period, definition: w.resultMeaning }}>{w.result}</Meaning>}
      extra={stale ? <Spin size="small" aria-label={w.counting} /> : null}
    >
      <div className={stale ? 'segment-result stale' : 'segment-result'} aria-live="polite">
        <div className="segment-count">
          <Num value={count} unit={w.people} />
        </div>
        <div className="segment-share" aria-hidden="true">
          <i style={{ width: `${part * 100}%` }} />
        </div>
        <p className="quiet">{w.ofAll(percentText(part, language), numText(customers, language))}</p>
        <p className="segment-reach">
          <Meaning of={{ unit: w.people, period, definition: w.reachMeaning }}>{w.reach}</Meaning>{' '}
          <b>
            <Num value={reachable} unit={w.people} />
          </b>{' '}
          {reachable === undefined || count === 0 ? null : (
            <span className="quiet">{w.reachShare(percentText(share(reachable, count), language))}</span>
          )}
        </p>
        <p className="segment-said">
          <span className="quiet">{w.said}</span> {sentence[language]}
        </p>
      </div>
    </Card>
  );
}
