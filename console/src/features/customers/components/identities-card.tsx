/** The identities of a customer, masked, and why they are one person; customers are merged from here. */
import { Button, Card } from 'antd';
import { useState } from 'react';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ColorTag } from '@/ui/tags';
import { CONSOLE, namespaceText, STAFF } from '../identities';
import { type IdentityNode, useIdentities } from '../identity-queries';
import type { Profile } from '../queries';
import { namespaceWords } from '../words/customer';
import { words } from '../words/identities';
import { LinkList } from './link-list';
import { MergeModal } from './merge-modal';

function Identity({ node, customerId }: { node: IdentityNode; customerId: number }) {
  const w = useWords(words);
  const names = useWords(namespaceWords);
  const zone = useBrand().time_zone;
  const source = node.source === STAFF ? w.staff : node.source === CONSOLE ? w.byHand : node.source;
  return (
    <li>
      <span className="quiet">{namespaceText(names, node.namespace)}</span>
      <span className="num">{node.value}</span>
      <small>
        {w.since(timeText(node.created_at, zone, 'date'))} · {w.source(source)}
      </small>
      {node.quarantined ? <ColorTag color="amber">{w.quarantined}</ColorTag> : null}
      {node.founded && node.founded !== customerId ? (
        <ColorTag color="indigo">{w.founded(node.founded)}</ColorTag>
      ) : null}
    </li>
  );
}

export function IdentitiesCard({ profile }: { profile: Profile }) {
  const w = useWords(words);
  const merges = useCan('customers.merge');
  const query = useIdentities(profile.customer_id);
  const [merging, setMerging] = useState(false);
  return (
    <Card
      title={w.title}
      extra={
        merges ? (
          <Button size="small" onClick={() => setMerging(true)}>
            {w.merge}
          </Button>
        ) : null
      }
    >
      <StateBlock query={query} height={140}>
        {(graph) => (
          <>
            <p className="quiet identity-help">{w.help}</p>
            {graph.nodes.length === 0 ? <p className="quiet">{w.noIdentities}</p> : null}
            <ul className="identity-nodes" aria-label={w.title}>
              {graph.nodes.map((node) => (
                <Identity key={node.identity_id} node={node} customerId={graph.customer_id} />
              ))}
            </ul>
            <h3 className="card-part">{w.why}</h3>
            <LinkList graph={graph} />
          </>
        )}
      </StateBlock>
      {merging ? <MergeModal profile={profile} onClose={() => setMerging(false)} /> : null}
    </Card>
  );
}
