/** A draft that saves itself: a pause after the last change, one request at a time, the rest when leaving. */
import { useEffect, useRef, useState } from 'react';
import { changesOf, type Draft, draftOf, savable } from '../draft';
import { type Campaign, useCampaignActions } from '../queries';

const PAUSE_MS = 500;

export function useDraft(campaign: Campaign) {
  const { edit } = useCampaignActions(campaign.campaign_id);
  const [draft, setDraft] = useState(() => draftOf(campaign));
  const [saved, setSaved] = useState(() => draftOf(campaign));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const changes = savable(changesOf(draft, saved));
  const asked = JSON.stringify(changes);
  const tried = useRef('{}');
  const isPending = asked !== '{}' && asked !== tried.current;

  const save = async () => {
    tried.current = asked;
    setBusy(true);
    try {
      setSaved(draftOf(await edit(changes)));
      setFailure(undefined);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const latest = useRef({ save, isPending });
  latest.current = { save, isPending: isPending && !busy };

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked decides; the rest is read when the pause is over.
  useEffect(() => {
    if (!isPending || busy) return undefined;
    const timer = setTimeout(() => void latest.current.save(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asked, busy]);
  useEffect(
    () => () => {
      if (latest.current.isPending) void latest.current.save();
    },
    [],
  );
  return {
    draft,
    saved,
    /** Something that was entered is not with the server yet. */
    isUnsaved: isPending || busy,
    failure,
    change: (patch: Partial<Draft>) => setDraft((before) => ({ ...before, ...patch })),
    retry: () => void save(),
  };
}
