/** How a campaign was set up. */
import { Card } from 'antd';
import { numText, percentText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { Time } from '@/ui/time';
import { isRequest } from '../draft';
import type { Campaign } from '../queries';
import { words } from '../words/result';
import { useSegmentName } from './use-segment-name';

const WHOLE = 10_000;
const CENTIFEN = 100;

export function SettingsCard({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const language = useLanguage();
  const segmentName = useSegmentName();
  const { segment_id, excluded_segment_ids, price_centifen } = campaign;
  const rows = [
    [w.segment, segment_id === null ? w.none : segmentName(segment_id, campaign)],
    [
      w.excludedSegments,
      excluded_segment_ids.map((id) => segmentName(id, campaign)).join(language === 'zh-CN' ? '、' : ', ') ||
        w.none,
    ],
    ...(isRequest(campaign)
      ? []
      : [[w.holdout, percentText(campaign.holdout_basis_points / WHOLE, language)] as const]),
    [
      w.timing,
      campaign.launched_at || campaign.scheduled_at ? (
        <Time key="time" at={campaign.launched_at ?? campaign.scheduled_at} />
      ) : (
        w.atOnce
      ),
    ],
    ...(isRequest(campaign)
      ? []
      : ([
          [w.window, w.windowDays(numText(campaign.window_days, language))],
          [w.margin, percentText(campaign.margin_basis_points / WHOLE, language)],
        ] as const)),
    ...(price_centifen === null
      ? []
      : [[w.price, w.priceFen(numText(price_centifen / CENTIFEN, language, 1))] as const]),
    ...(campaign.submitted_by ? [[w.submittedBy, campaign.submitted_by] as const] : []),
    ...(campaign.approved_by ? [[w.approvedBy, campaign.approved_by] as const] : []),
    ...(campaign.finished_at
      ? [[w.finishedAt, <Time key="finished" at={campaign.finished_at} />] as const]
      : []),
  ] as const;
  return (
    <Card title={w.details}>
      {campaign.template_text ? (
        <p className="cp-campaign-sms cp-raw">
          【{campaign.signature}】{campaign.template_text}
          {campaign.opt_out_line}
        </p>
      ) : null}
      <dl className="cp-facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
