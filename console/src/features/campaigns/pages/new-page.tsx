/** A new campaign: with a name and a segment it becomes a draft, and the wizard goes on with it. */
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useWords } from '@/ui/i18n';
import { PageHead } from '@/ui/page-head';
import { useBrand } from '@/ui/session';
import { ErrorBlock } from '@/ui/state-block';
import { Wizard } from '@/ui/wizard';
import '../campaigns.css';
import { AudienceStep } from '../components/audience-step';
import type { Step } from '../components/use-fixes';
import type { Draft } from '../draft';
import { useCreateCampaign } from '../queries';
import { words } from '../words/wizard';

export function NewPage() {
  const w = useWords(words);
  const brand = useBrand();
  const navigate = useNavigate();
  const create = useCreateCampaign();
  const [params] = useSearchParams();
  const wanted = Number(params.get('segment_id'));
  const [draft, setDraft] = useState<Draft>({
    kind: params.get('kind') === 'consent_request' ? 'consent_request' : 'marketing',
    name: '',
    segment_id: wanted > 0 ? wanted : null,
    excluded_segment_ids: [],
    holdout_basis_points: brand.default_holdout_basis_points,
    template_text: '',
    signature: '',
    opt_out_line: '',
    scheduled_at: null,
    window_days: 30,
  });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const blocked = !draft.name.trim() ? w.nameNeeded : draft.segment_id === null ? w.segmentNeeded : undefined;

  const store = async (step: Step, wish: Draft) => {
    if (busy || !wish.name.trim() || wish.segment_id === null) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const { kind, name, segment_id, excluded_segment_ids, holdout_basis_points } = wish;
      const { campaign_id } = await create({
        kind,
        name,
        segment_id,
        excluded_segment_ids,
        holdout_basis_points,
      });
      await navigate(`/campaigns/${campaign_id}/edit?step=${step}`, { replace: true });
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const change = (patch: Partial<Draft>) => {
    const wish = { ...draft, ...patch };
    setDraft(wish);
    if (patch.segment_id) void store('audience', wish);
  };
  const step = (
    <AudienceStep
      draft={draft}
      isNew
      onChange={change}
      onDone={() => void store('audience', draft)}
      check={undefined}
    />
  );
  return (
    <>
      <PageHead title={w.newTitle} desc={w.newDesc} />
      {failure ? <ErrorBlock error={failure} title={w.notSaved} /> : null}
      <Wizard
        steps={[
          { key: 'audience', title: w.stepAudience, content: step },
          { key: 'content', title: w.stepContent, content: null },
          { key: 'timing', title: w.stepTiming, content: null },
          { key: 'review', title: w.stepReview, content: null },
        ]}
        current="audience"
        onNext={() => void store('content', draft)}
        nextText={w.create}
        blocked={blocked}
        busy={busy}
      />
    </>
  );
}
