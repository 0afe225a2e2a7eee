/** Why these identities are one person: each link as a sentence, and the way to take it back. */
import { Button } from 'antd';
import { useState } from 'react';
import { useWords } from '@/ui/i18n';
import type { IdentityGraph } from '../identity-queries';
import { words } from '../words/identities';
import { LinkRow } from './link-row';
import { UnlinkModal } from './unlink-modal';

const LINKS_SHOWN = 6;

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
          <LinkRow key={link.edge_id} graph={graph} link={link} onUnlink={setParting} />
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
