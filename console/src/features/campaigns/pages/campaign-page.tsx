/** One campaign: what happens next before the launch, what came of it afterwards. */
import { Button, Card } from 'antd';
import { useParams } from 'react-router';
import { ApiProblem } from '@/client/problem';
import { AsOfPicker } from '@/ui/as-of-picker';
import { CampaignStateTag } from '@/ui/campaign-state';
import { DataAsOf } from '@/ui/data-as-of';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand } from '@/ui/session';
import { EmptyBlock, StateBlock } from '@/ui/state-block';
import { ColorTag } from '@/ui/tags';
import { useUrlState } from '@/ui/use-url-state';
import '../campaigns.css';
import { AnswersCard } from '../components/answers-card';
import { CampaignActions } from '../components/campaign-actions';
import { ComparisonCard } from '../components/comparison-card';
import { CurveCard } from '../components/curve-card';
import { FunnelCards } from '../components/funnel-card';
import { KeyFigures } from '../components/key-figures';
import { ProgressCard } from '../components/progress-card';
import { SettingsCard } from '../components/settings-card';
import { Standing } from '../components/standing';
import { TrustCard } from '../components/trust-card';
import { VerdictCard } from '../components/verdict-card';
import { isRequest } from '../draft';
import { type Campaign, type Results, useCampaign, useResults } from '../queries';
import { isLaunched } from '../stands';
import { words as askingWords } from '../words/asking';
import { words } from '../words/result';

const ALREADY_LOADED = 400;

interface ResultProps {
  campaign: Campaign;
  asOf: string;
  onNewest: () => void;
}

/** What it brought in, against those left alone. */
function Worth({ results }: { results: Results }) {
  return (
    <>
      <VerdictCard results={results} />
      <KeyFigures results={results} />
      <ComparisonCard results={results} />
      <div className="cp-result-wide">
        <CurveCard results={results} />
        <TrustCard results={results} />
      </div>
    </>
  );
}

function Result({ campaign, asOf, onNewest }: ResultProps) {
  const w = useWords(words);
  const isSending = campaign.state === 'sending';
  const query = useResults(campaign.campaign_id, asOf, true, isSending && !asOf);
  const { error } = query;
  if (error instanceof ApiProblem && error.code === 'no_results_yet')
    return (
      <Card>
        <EmptyBlock text={w.noResults} action={<Button onClick={onNewest}>{w.clearAsOf}</Button>} />
      </Card>
    );
  return (
    <StateBlock query={query} height={ALREADY_LOADED}>
      {(results) => (
        <div className={query.isPlaceholderData ? 'cp-result cp-result-old' : 'cp-result'}>
          <DataAsOf at={results.as_of} />
          {isSending ? <ProgressCard results={results} /> : null}
          {isRequest(campaign) ? (
            <AnswersCard campaignId={campaign.campaign_id} isSending={isSending} />
          ) : (
            <Worth results={results} />
          )}
          <FunnelCards results={results} withBuyers={!isRequest(campaign)}>
            <SettingsCard campaign={campaign} />
          </FunnelCards>
        </div>
      )}
    </StateBlock>
  );
}

export function CampaignPage() {
  const w = useWords(words);
  const asking = useWords(askingWords);
  const zone = useBrand().time_zone;
  const campaignId = Number(useParams().campaignId);
  const [url, setUrl] = useUrlState({ as_of: '' });
  const query = useCampaign(campaignId);
  const campaign = query.data;
  const launched = campaign ? isLaunched(campaign) : false;
  const desc = campaign
    ? [
        w.by(campaign.created_by),
        campaign.launched_at ? w.launched(timeText(campaign.launched_at, zone)) : '',
      ]
        .filter(Boolean)
        .join(' · ')
    : null;
  return (
    <>
      <PageHead
        title={campaign?.name ?? w.title}
        desc={desc}
        tag={
          campaign ? (
            <>
              {isRequest(campaign) ? <ColorTag color="teal">{asking.consent_request}</ColorTag> : null}{' '}
              <CampaignStateTag state={campaign.state} />
            </>
          ) : null
        }
        extra={
          campaign ? (
            <>
              {launched ? <AsOfPicker value={url.as_of} onChange={(as_of) => setUrl({ as_of })} /> : null}
              <CampaignActions campaign={campaign} />
            </>
          ) : null
        }
      />
      <StateBlock query={query} height={420}>
        {(found) =>
          isLaunched(found) ? (
            <Result campaign={found} asOf={url.as_of} onNewest={() => setUrl({ as_of: '' })} />
          ) : (
            <Standing campaign={found} />
          )
        }
      </StateBlock>
    </>
  );
}
