/** The names of segments, archived ones too. */
import { useCan } from '@/ui/session';
import { type Campaign, useSegments } from '../queries';

/** A launched campaign names the segment as it was; a draft as it is now. */
export function useSegmentName(): (id: number, campaign?: Campaign) => string {
  const { data } = useSegments(useCan('segments.read'));
  return (id, campaign) => {
    const frozen = campaign?.audience as { segment?: Frozen; excluded?: Frozen[] } | null | undefined;
    const all = [frozen?.segment, ...(frozen?.excluded ?? [])];
    const found = all.find((one) => one?.segment_id === id)?.name;
    return found ?? data?.find(({ segment_id }) => segment_id === id)?.name ?? `#${id}`;
  };
}

interface Frozen {
  segment_id: number;
  name: string;
}
