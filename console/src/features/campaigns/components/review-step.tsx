/** Step four: who gets what, what it costs, and what must be mended before it can be submitted. */
import { Alert, Button, Flex } from 'antd';
import { Definition } from '@/ui/definition';
import { moneyUnit, numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Money } from '@/ui/numbers';
import { useBrand } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { type Draft, isRequest } from '../draft';
import { type Check, usePreview } from '../queries';
import { wallOf } from '../schedule';
import { words as common } from '../words/common';
import { words } from '../words/wizard';
import { HeadcountBars } from './headcount-bars';
import { SmsBubble } from './sms-bubble';
import type { Fix, Step } from './use-fixes';

type Query = Parameters<typeof StateBlock<Check>>[0]['query'];

interface ReviewStepProps {
  campaignId: number;
  draft: Draft;
  version: string;
  check: Query;
  fixes: Fix[];
  onGo: (step: Step) => void;
}

export function CostEstimate({ check }: { check: Check }) {
  const w = useWords(words);
  const language = useLanguage();
  const price = numText(check.price_centifen / 100, language, 1);
  const meaning = { definition: w.costMeaning(price), unit: moneyUnit(useBrand().currency, language) };
  const people = numText(check.headcount?.treated ?? 0, language);
  return (
    <div className="cp-cost-estimate">
      <Definition of={meaning}>{w.costEstimate}</Definition>
      <b className="num">
        <Money fen={check.cost_fen} />
      </b>
      <span className="cp-quiet num">{w.costHow(people, numText(check.segments, language), price)}</span>
    </div>
  );
}

function Fixes({ fixes, onGo }: Pick<ReviewStepProps, 'fixes' | 'onGo'>) {
  const w = useWords(words);
  if (fixes.length === 0) return <Alert type="success" showIcon title={w.ready} />;
  return (
    <Alert
      type="warning"
      showIcon
      title={w.fix}
      description={
        <ul className="cp-fixes">
          {fixes.map(({ text, step }) => (
            <li key={text}>
              {text}
              {step ? (
                <Button type="link" size="small" onClick={() => onGo(step)}>
                  {w.fixGo}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      }
    />
  );
}

export function ReviewStep({ campaignId, draft, version, check, fixes, onGo }: ReviewStepProps) {
  const w = useWords(words);
  const c = useWords(common);
  const { time_zone: zone, needs_approval } = useBrand();
  const preview = usePreview(campaignId, version, draft.segment_id !== null && draft.template_text !== '');
  const first = preview.data?.items[0];
  const now = needs_approval ? w.whenNowApproval : w.whenNow;
  const when = draft.scheduled_at ? `${wallOf(draft.scheduled_at, zone)} · ${zone}` : now;
  return (
    <div className="cp-fields">
      {check.data ? <Fixes fixes={fixes} onGo={onGo} /> : null}
      <div className="cp-step-grid">
        <section>
          <h2>{w.review}</h2>
          <StateBlock query={check} height={280}>
            {({ headcount }) =>
              headcount ? <HeadcountBars headcount={headcount} period={c.now} /> : <p>{w.whoEmpty}</p>
            }
          </StateBlock>
          <p className="cp-quiet">{w.reviewAsOf}</p>
        </section>
        <section className="cp-step-aside">
          <h2>{w.summary}</h2>
          {first ? <SmsBubble preview={first} /> : null}
          <dl className="cp-facts">
            <div>
              <dt>{w.when}</dt>
              <dd className="num">{when}</dd>
            </div>
            {isRequest(draft) ? null : (
              <div>
                <dt>
                  <Definition of={{ definition: w.windowMeaning, unit: w.windowUnit }}>{w.window}</Definition>
                </dt>
                <dd className="num">
                  {draft.window_days} {w.windowUnit}
                </dd>
              </div>
            )}
          </dl>
          {check.data ? (
            <Flex vertical gap={8}>
              <CostEstimate check={check.data} />
            </Flex>
          ) : null}
        </section>
      </div>
    </div>
  );
}
