/** A link as a sentence: who said it, when, by which event, what became of it, and the way to take it back. */
import { Button } from 'antd';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { type Tone, ToneTag } from '@/ui/tags';
import { type LinkState, linkSentence } from '../identities';
import type { IdentityGraph, IdentityLink } from '../identity-queries';
import { namespaceWords } from '../words/customer';
import { refusalWords, words } from '../words/identities';

const TONES: Record<LinkState, Tone> = { joins: 'good', refused: 'warning', retracted: 'neutral' };

interface LinkRowProps {
  graph: IdentityGraph;
  link: IdentityLink;
  onUnlink: (link: { edgeId: number; said: string }) => void;
}

export function LinkRow({ graph, link, onUnlink }: LinkRowProps) {
  const w = useWords(words);
  const names = useWords(namespaceWords);
  const zone = useBrand().time_zone;
  const merges = useCan('customers.merge');
  const refusals: Record<string, string> = useWords(refusalWords);
  const { state, said, weight, event, after } = linkSentence(link, graph, { w, names, zone, refusals });
  const elsewhere = link.other_customer_id !== graph.customer_id;
  return (
    <li>
      <div>
        <p>{said}</p>
        <p className="link-weight">
          <ToneTag tone={TONES[state]}>{w[state]}</ToneTag> <span>{weight}</span>
        </p>
        <p className="quiet link-event">{event}</p>
        {after ? <p className="quiet">{after}</p> : null}
        {elsewhere ? (
          <Link to={`/customers/${link.other_customer_id}`}>{w.openCustomer(link.other_customer_id)}</Link>
        ) : null}
      </div>
      {merges && state === 'joins' ? (
        <Button size="small" onClick={() => onUnlink({ edgeId: link.edge_id, said })}>
          {w.unlink}
        </Button>
      ) : null}
    </li>
  );
}
