/** The identities of a customer as a graph: lines that tell who said it and when, numbers that were merged as boxes. */
import { StopOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { timeText } from '@/ui/format';
import { useWords } from '@/ui/i18n';
import { useBrand } from '@/ui/session';
import { useWidth } from '@/ui/use-width';
import { namespaceText, STAFF } from '../identities';
import { layoutOf, type PlacedNode, type PlacedNumber, type PlacedTie, pathOf } from '../identity-layout';
import type { IdentityGraph } from '../identity-queries';
import { forestOf, type IdentityForest, type TieState } from '../identity-tree';
import { namespaceWords } from '../words/customer';
import { mapWords } from '../words/map';
import './identity-map.css';
import { LinkRow } from './link-row';
import { NamespaceMark } from './namespace-mark';
import { UnlinkModal } from './unlink-modal';

const NARROW = 456; // before the page was measured

const placed = ({ x, y, width, height }: PlacedNumber | PlacedNode | PlacedTie['label']) => ({
  insetInlineStart: x,
  top: y,
  width,
  height,
});

function Identity({ spot }: { spot: PlacedNode }) {
  const w = useWords(mapWords);
  const names = useWords(namespaceWords);
  const { namespace, value, quarantined, founded, customerId } = spot.node;
  const kind = namespaceText(names, namespace);
  const looks = [
    'map-node',
    customerId === null ? '' : 'others',
    quarantined ? 'quarantined' : '',
    founded === null ? '' : 'founded',
  ];
  return (
    <li className={looks.join(' ')} style={placed(spot)} title={`${kind} ${value}`}>
      <NamespaceMark namespace={namespace} />
      <span className="map-node-text">
        <small>
          {customerId === null ? kind : <Link to={`/customers/${customerId}`}>{w.others(customerId)}</Link>}
          {quarantined ? (
            <StopOutlined className="map-many" role="img" aria-label={w.quarantined} title={w.quarantined} />
          ) : null}
        </small>
        <span className="num">{value}</span>
      </span>
    </li>
  );
}

/** Who said it, and when or what became of it; several are counted. */
function useTieWords() {
  const w = useWords(mapWords);
  const names = useWords(namespaceWords);
  const zone = useBrand().time_zone;
  return ({ tie }: PlacedTie, nodes: Map<number, PlacedNode>) => {
    const [first] = tie.links;
    if (!first) return { who: '', when: '', whole: '' };
    const source = first.source === STAFF ? w.staff : first.source;
    const who = tie.links.length > 1 ? w.more(source, tie.links.length) : source;
    const day = timeText(
      tie.state === 'retracted' ? (first.retracted_at ?? first.said_at) : first.said_at,
      zone,
      'date',
    );
    const when = tie.state === 'joins' ? day : w[tie.state];
    const end = (id: number) => {
      const node = nodes.get(id)?.node;
      return node ? `${namespaceText(names, node.namespace)} ${node.value}` : '';
    };
    return { who, when, whole: w.tie(`${who} ${day}`, end(tie.from), end(tie.to), w[tie.state]) };
  };
}

interface DrawnProps {
  forest: IdentityForest;
  width: number;
  chosen: string | undefined;
  onChoose: (key: string) => void;
}

function Drawn({ forest, width, chosen, onChoose }: DrawnProps) {
  const w = useWords(mapWords);
  const zone = useBrand().time_zone;
  const tieWords = useTieWords();
  const layout = useMemo(() => layoutOf(forest, width), [forest, width]);
  const nodes = new Map(layout.nodes.map((spot) => [spot.node.id, spot]));
  return (
    <section
      className="map-sheet"
      style={{ width: layout.width, height: layout.height }}
      aria-label={w.label(layout.nodes.length, layout.ties.length)}
    >
      {layout.numbers.map((box) => (
        <div key={box.customerId ?? 0} className="map-number" style={placed(box)}>
          {box.customerId === null
            ? null
            : box.mergedAt
              ? w.merged(box.customerId, timeText(box.mergedAt, zone, 'date'))
              : w.present(box.customerId)}
        </div>
      ))}
      <svg width={layout.width} height={layout.height} aria-hidden>
        {layout.ties.map(({ tie, points }) => (
          <path
            key={tie.key}
            d={pathOf(points)}
            className={`map-line ${tie.state}${tie.key === chosen ? ' chosen' : ''}${
              tie.links.some(({ source }) => source === STAFF) ? ' staff' : ''
            }`}
          />
        ))}
        {layout.ties.map(({ tie, points }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the words on the line are a button, for the keyboard.
          <path key={tie.key} d={pathOf(points)} className="map-grip" onClick={() => onChoose(tie.key)} />
        ))}
      </svg>
      <ul>
        {layout.nodes.map((spot) => (
          <Identity key={spot.node.id} spot={spot} />
        ))}
      </ul>
      {layout.ties.map((one) => {
        const { who, when, whole } = tieWords(one, nodes);
        return (
          <button
            key={one.tie.key}
            type="button"
            className={`map-tie ${one.tie.state}`}
            style={placed(one.label)}
            aria-label={whole}
            title={whole}
            aria-pressed={one.tie.key === chosen}
            onClick={() => onChoose(one.tie.key)}
          >
            <span>{who}</span>
            <small>{when}</small>
          </button>
        );
      })}
    </section>
  );
}

/** What the lines mean; only those that are drawn. */
function Legend({ forest, graph }: { forest: IdentityForest; graph: IdentityGraph }) {
  const w = useWords(mapWords);
  const found = new Set<TieState>(forest.ties.map(({ state }) => state));
  const states = (['joins', 'refused', 'retracted'] as const).filter((state) => found.has(state));
  return (
    <ul className="map-legend">
      {states.map((state) => (
        <li key={state}>
          <svg width={22} height={8} aria-hidden>
            <path d="M0 4L22 4" className={`map-line ${state}`} />
          </svg>
          {w[state]}
        </li>
      ))}
      {graph.nodes.some(({ quarantined }) => quarantined) ||
      graph.others.some(({ quarantined }) => quarantined) ? (
        <li>
          <StopOutlined className="map-many" /> {w.quarantinedMeans}
        </li>
      ) : null}
    </ul>
  );
}

interface IdentityMapProps {
  graph: IdentityGraph;
  /** Higher than this it scrolls. */
  heightMax: number;
}

export function IdentityMap({ graph, heightMax }: IdentityMapProps) {
  const w = useWords(mapWords);
  const [frame, width] = useWidth<HTMLDivElement>();
  const [chosen, setChosen] = useState<string>();
  const [parting, setParting] = useState<{ edgeId: number; said: string }>();
  const forest = useMemo(() => forestOf(graph), [graph]);
  const tie = forest.ties.find(({ key }) => key === chosen);
  return (
    <div className="identity-map">
      <div className="map-frame" ref={frame} style={{ maxHeight: heightMax }}>
        <Drawn
          forest={forest}
          width={width || NARROW}
          chosen={tie?.key}
          onChoose={(key) => setChosen(key === chosen ? undefined : key)}
        />
      </div>
      <div className="map-foot" aria-live="polite">
        {tie ? (
          <section className="map-details" aria-label={w.details}>
            <ul className="links">
              {tie.links.map((link) => (
                <LinkRow key={link.edge_id} graph={graph} link={link} onUnlink={setParting} />
              ))}
            </ul>
            <Button size="small" type="text" onClick={() => setChosen(undefined)}>
              {w.close}
            </Button>
          </section>
        ) : (
          <p className="quiet">{w.hint}</p>
        )}
        {forest.leftOut > 0 ? <p className="quiet">{w.leftOut(forest.leftOut)}</p> : null}
        <Legend forest={forest} graph={graph} />
      </div>
      {parting ? <UnlinkModal {...parting} onClose={() => setParting(undefined)} /> : null}
    </div>
  );
}
