/** Why these identities are one person: each link as a sentence, and the way to take it back. */
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { type Tone, ToneTag } from '@/ui/tags';
import { type LinkState, linkSentence } from '../identities';
import type { IdentityGraph, IdentityLink } from '../identity-queries';
import { namespaceWords } from '../words/customer';
import { refusalWords, words } from '../words/identities';
import { UnlinkModal } from './unlink-modal';

const LINKS_SHOWN = 6;
const TONES: Record<LinkState, Tone> = { joins: 'good', refused: 'warning', retracted: 'neutral' };

interface RowProps {
  graph: IdentityGraph;
  link: IdentityLink;
  onUnlink: (link: { edgeId: number; said: string }) => void;
}

function Row({ graph, link, onUnlink }: RowProps) {
  const w = useWords(words);
  const names = useWords(namespaceWords);
  const zone = useBrand().time_zone;
  const merges = useCan('customers.merge');
  const refusals: Record<string, string> = useWords(refusalWords);
  const { state, said, weight, after } = linkSentence(link, graph.nodes, { w, names, zone, refusals });
  const elsewhere = link.other_customer_id !== graph.customer_id;
  return (
    <li>
      <div>
        <p>{said}</p>
        <p className="link-weight">
          <ToneTag tone={TONES[state]}>{w[state]}</ToneTag> <span>{weight}</span>
        </p>
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

export function LinkList({ graph }: { graph: IdentityGraph }) {
  const w = useWords(words);
  const [all, setAll] = useState(false);
  const [parting, setParting] = useState<{ edgeId: number; said: string }>();
  const links = all ? graph.edges : graph.edges.slice(0, LINKS_SHOWN);
  if (graph.edges.length === 0) return <p className="quiet">{w.noLinks}</p>;
  return (
    <>
      <ul className="links" aria-label={w.why}>
        {links.map((link) => (
          <Row key={link.edge_id} graph={graph} link={link} onUnlink={setParting} />
        ))}
      </ul>
      {links.length < graph.edges.length ? (
        <Button size="small" type="link" onClick={() => setAll(true)}>
          {w.allLinks(graph.edges.length)}
        </Button>
      ) : null}
      {parting ? <UnlinkModal {...parting} onClose={() => setParting(undefined)} /> : null}
    </>
  );
}
