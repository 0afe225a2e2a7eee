/** The identities of a customer, masked, and why they are one person; customers are merged from here. */
import { ExpandOutlined } from '@ant-design/icons';
import { Button, Card, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { useBrand, useCan } from '@/ui/session';
import { StateBlock } from '@/ui/state-block';
import { ColorTag } from '@/ui/tags';
import { CONSOLE, namespaceText, STAFF } from '../identities';
import { type IdentityGraph, type IdentityNode, useIdentities } from '../identity-queries';
import type { Profile } from '../queries';
import { namespaceWords } from '../words/customer';
import { words } from '../words/identities';
import { mapWords } from '../words/map';
import { IdentityMap } from './identity-map';
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

/** Everything in words: for who reads with the keyboard or a screen reader, and for what the map leaves out. */
function IdentityList({ graph }: { graph: IdentityGraph }) {
  const w = useWords(words);
  return (
    <>
      {graph.nodes.length === 0 ? <p className="quiet">{w.noIdentities}</p> : null}
      <ul className="identity-nodes" aria-label={w.title}>
        {graph.nodes.map((node) => (
          <Identity key={node.identity_id} node={node} customerId={graph.customer_id} />
        ))}
      </ul>
      <h3 className="card-part">{w.why}</h3>
      <LinkList graph={graph} />
    </>
  );
}

const IN_CARD = 420;
const WINDOW_WIDTH_MAX = 1240;

function Views({ graph, name }: { graph: IdentityGraph; name: string }) {
  const w = useWords(mapWords);
  const [view, setView] = useState<'map' | 'list'>('map');
  const [large, setLarge] = useState(false);
  const views = (['map', 'list'] as const).map((value) => ({ value, label: w[value] }));
  if (graph.edges.length === 0) return <IdentityList graph={graph} />;
  return (
    <>
      <div className="identity-views">
        <Segmented size="small" aria-label={w.view} options={views} value={view} onChange={setView} />
        {view === 'map' ? (
          <Button size="small" type="text" icon={<ExpandOutlined />} onClick={() => setLarge(true)}>
            {w.enlarge}
          </Button>
        ) : null}
      </div>
      {view === 'map' ? <IdentityMap graph={graph} heightMax={IN_CARD} /> : <IdentityList graph={graph} />}
      <Modal
        open={large}
        onCancel={() => setLarge(false)}
        footer={null}
        destroyOnHidden
        title={w.enlarged(name)}
        width={`min(${WINDOW_WIDTH_MAX}px, calc(100vw - 48px))`}
        style={{ top: 32 }}
        className="map-window"
      >
        <IdentityMap graph={graph} heightMax={Math.max(300, window.innerHeight - 320)} />
      </Modal>
    </>
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
            <Views graph={graph} name={profile.name || w.id(profile.customer_id)} />
          </>
        )}
      </StateBlock>
      {merging ? <MergeModal profile={profile} onClose={() => setMerging(false)} /> : null}
    </Card>
  );
}
