/** A campaign that was not launched: what happens next, who has to act, and what it would mean. */
import { Alert, Card } from 'antd';
import { useWords } from '@/ui/i18n';
import { type WorkError, WorkErrorBlock, WorkProgress } from '@/ui/progress/work-progress';
import { useBrand, useCan, useUser } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import '@/ui/progress/work.css';
import { type Campaign, useCheck, useLaunch } from '../queries';
import { wallOf } from '../schedule';
import { mayApprove } from '../stands';
import { words as common } from '../words/common';
import { words } from '../words/result';
import { HeadcountBars } from './headcount-bars';
import { CostEstimate } from './review-step';
import { SettingsCard } from './settings-card';
import { useFigures } from './use-figures';

function Scheduled({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const zone = useBrand().time_zone;
  const launch = useLaunch(campaign.task_id, useCan('tasks.read'));
  const at = campaign.scheduled_at;
  const isLater = at !== null && new Date(at) > new Date();
  return (
    <Alert
      type="info"
      showIcon
      title={isLater ? w.scheduledAt(wallOf(at, zone)) : w.scheduledNow}
      description={
        <>
          {isLater ? w.scheduledAtText : w.scheduledText}
          {launch.data ? <WorkProgress work={launch.data} /> : null}
        </>
      }
    />
  );
}

function Awaiting({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const { needs_approval } = useBrand();
  const { sentences } = useFigures();
  const may = mayApprove(campaign, useUser(), needs_approval);
  const hint = may === 'own' ? w.ownCampaign : may === 'no' ? w.mayNotApprove : '';
  return (
    <Alert
      type="warning"
      showIcon
      title={w.awaiting}
      description={sentences(w.awaitingText(campaign.submitted_by ?? ''), hint)}
    />
  );
}

function Notice({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const { state, failure, note } = campaign;
  if (state === 'failed')
    return (
      <WorkErrorBlock error={(failure ?? {}) as WorkError} title={`${w.failedTitle} · ${w.failedText}`} />
    );
  if (state === 'awaiting_approval') return <Awaiting campaign={campaign} />;
  if (state === 'scheduled') return <Scheduled campaign={campaign} />;
  if (state === 'stopped') return <Alert type="info" showIcon title={w.stoppedEarly} />;
  if (note) return <Alert type="warning" showIcon title={w.rejected} description={note} />;
  return <Alert type="info" showIcon title={w.draftText} />;
}

export function Standing({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const c = useWords(common);
  const isWanted = campaign.segment_id !== null && campaign.state !== 'stopped';
  const check = useCheck(campaign.campaign_id, campaign.updated_at, isWanted);
  return (
    <div className="cp-result">
      <Notice campaign={campaign} />
      <div className="cp-result-grid">
        {isWanted ? (
          <Card title={w.expected}>
            <StateBlock query={check} height={260}>
              {(found) =>
                found.headcount ? (
                  <>
                    <HeadcountBars headcount={found.headcount} period={c.now} />
                    <CostEstimate check={found} />
                  </>
                ) : null
              }
            </StateBlock>
          </Card>
        ) : null}
        <SettingsCard campaign={campaign} />
      </div>
    </div>
  );
}
