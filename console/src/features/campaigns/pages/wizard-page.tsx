/** The campaign wizard: audience, content, timing, review; the draft saves itself. */
import { Alert, App, Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { stateWords } from '@/ui/campaign-words';
import { moneyText, numText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand, useCan } from '@/ui/session';
import { ErrorBlock, StateBlock, useProblemText } from '@/ui/state-block';
import { useUrlState } from '@/ui/use-url-state';
import { Wizard } from '@/ui/wizard';
import '../campaigns.css';
import { AudienceStep } from '../components/audience-step';
import { ContentStep } from '../components/content-step';
import { ReviewStep } from '../components/review-step';
import { TimingStep } from '../components/timing-step';
import { useDraft } from '../components/use-draft';
import { useFigures } from '../components/use-figures';
import { type Fix, STEPS, type Step, useFixes } from '../components/use-fixes';
import { type Draft, versionOf } from '../draft';
import { type Campaign, type Check, useCampaign, useCampaignActions, useCheck } from '../queries';
import { wallOf } from '../schedule';
import { isEditable, knownOf } from '../stands';
import { words } from '../words/wizard';

/** Asks once more, naming how many and how much, then submits and leads to the campaign. */
function useSubmitting(campaign: Campaign) {
  const w = useWords(words);
  const language = useLanguage();
  const { time_zone: zone, needs_approval, currency } = useBrand();
  const { sentences } = useFigures();
  const { modal, message } = App.useApp();
  const textOf = useProblemText();
  const navigate = useNavigate();
  const { submit } = useCampaignActions(campaign.campaign_id);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await submit();
      await navigate(`/campaigns/${campaign.campaign_id}`);
    } catch (error) {
      message.error(textOf(error));
      setBusy(false);
    }
  };
  const label = (at: string | null) => (needs_approval ? w.submitApproval : at ? w.submitLater : w.submit);
  const ask = ({ scheduled_at }: Draft, check: Check | undefined) => {
    const then = scheduled_at ? w.submitAt(wallOf(scheduled_at, zone)) : w.submitNow;
    modal.confirm({
      title: w.submitQuestion(numText(check?.headcount?.treated ?? 0, language)),
      content: sentences(
        needs_approval ? w.submitSecond : then,
        w.submitCost(moneyText(check?.cost_fen ?? 0, currency, language)),
      ),
      okText: label(scheduled_at),
      onOk: () => void send(),
    });
  };
  return { ask, busy, label };
}

/** Why the person cannot go on from a step. */
function useBlocked(step: Step, fixes: Fix[]): string | undefined {
  const w = useWords(words);
  const maySend = useCan('campaigns.send');
  if (step === 'review') return fixes.length > 0 ? w.fix : maySend ? undefined : w.mayNotSend;
  return fixes.find((fix) => fix.step === step)?.text;
}

function Editor({ campaign }: { campaign: Campaign }) {
  const w = useWords(words);
  const textOf = useProblemText();
  const [url, setUrl] = useUrlState({ step: 'audience' });
  const step = knownOf(STEPS, url.step) ?? 'audience';
  const { draft, saved, isUnsaved, failure, change, retry } = useDraft(campaign);
  const version = versionOf(saved);
  const check = useCheck(campaign.campaign_id, version);
  const fixes = useFixes(draft, check.data);
  const blocked = useBlocked(step, fixes);
  const { ask, busy, label } = useSubmitting(campaign);
  const go = (target: Step | undefined) => target && setUrl({ step: target }, { replace: false });
  const place = STEPS.indexOf(step);
  const isLast = step === 'review';
  const contents: Record<Step, ReactNode> = {
    audience: <AudienceStep draft={draft} onChange={change} check={check} />,
    content: (
      <ContentStep
        campaignId={campaign.campaign_id}
        draft={draft}
        version={version}
        isUnsaved={isUnsaved}
        check={check.isPlaceholderData ? undefined : check.data}
        onChange={change}
      />
    ),
    timing: <TimingStep draft={draft} onChange={change} />,
    review: (
      <ReviewStep
        campaignId={campaign.campaign_id}
        draft={draft}
        version={version}
        check={check}
        fixes={fixes}
        onGo={go}
      />
    ),
  };
  const titles = [w.stepAudience, w.stepContent, w.stepTiming, w.stepReview];
  const isWaiting = isLast && (isUnsaved || check.isFetching);
  return (
    <>
      {failure && !isUnsaved ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={`${w.notSaved} · ${textOf(failure)}`}
          action={<Button onClick={retry}>↻</Button>}
          className="cp-above"
        />
      ) : null}
      <Wizard
        steps={STEPS.map((key, index) => ({ key, title: titles[index] ?? key, content: contents[key] }))}
        current={step}
        onBack={() => go(STEPS[place - 1])}
        onNext={() => (isLast ? ask(draft, check.data) : go(STEPS[place + 1]))}
        {...(isLast ? { nextText: label(draft.scheduled_at) } : {})}
        blocked={blocked}
        busy={busy || isWaiting}
        extra={
          <span className="cp-quiet" role="status">
            {failure && !isUnsaved ? w.notSaved : isUnsaved ? w.saving : `✓ ${w.saved}`}
            <Link to="/campaigns">{w.leave}</Link>
          </span>
        }
      />
    </>
  );
}

export function WizardPage() {
  const w = useWords(words);
  const states = useWords(stateWords);
  const campaignId = Number(useParams().campaignId);
  const query = useCampaign(campaignId);
  return (
    <>
      <PageHead title={query.data?.name ?? w.newTitle} desc={w.editDesc} />
      {query.error && !query.data ? <ErrorBlock error={query.error} /> : null}
      <StateBlock query={query} height={420}>
        {(campaign) =>
          isEditable(campaign) ? (
            <Editor key={campaignId} campaign={campaign} />
          ) : (
            <Alert
              type="info"
              showIcon
              title={w.notEditable(states[campaign.state])}
              action={<Link to={`/campaigns/${campaignId}`}>{w.seeCampaign}</Link>}
            />
          )
        }
      </StateBlock>
    </>
  );
}
