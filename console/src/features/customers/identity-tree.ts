/** The graph of identities as trees, one a customer number: which link leads where, and which only says it again. */
import { linkState } from './identities';
import type { IdentityGraph, IdentityLink } from './identity-queries';

/** Own identities and other people's that are drawn; the list has them all. */
const OWN_MAX = 60;
const OTHERS_MAX = 24;

export type TieState = ReturnType<typeof linkState>;

/** An identity as the map shows it. `customerId`: whose it is, for one of somebody else. */
export interface MapNode {
  id: number;
  namespace: string;
  value: string;
  quarantined: boolean;
  founded: number | null;
  customerId: number | null;
}

/** All links between the same two identities that came to the same. */
export interface Tie {
  key: string;
  /** The end that is nearer to the root. */
  from: number;
  to: number;
  state: TieState;
  links: IdentityLink[];
}

export interface TreeNode {
  node: MapNode;
  /** By what it hangs on its parent; a root has none. */
  tie?: Tie;
  children: TreeNode[];
}

/** The identities that came with one number of the customer. */
export interface NumberTree {
  customerId: number | null;
  mergedAt: string | null;
  roots: TreeNode[];
}

export interface IdentityForest {
  trees: NumberTree[];
  ties: Tie[];
  /** Ties that are no branch: they join two numbers, or say again what others say. */
  crossing: Tie[];
  /** Identities that are in the list only. */
  leftOut: number;
}

const BY_HAND = 'staff';
const earlier = (one: IdentityLink, two: IdentityLink) =>
  Date.parse(one.said_at) - Date.parse(two.said_at) || one.edge_id - two.edge_id;
/** A person's word is looked at last, so that it is seen as what joins two numbers. */
const byWeight = (one: IdentityLink, two: IdentityLink) =>
  Number(one.source === BY_HAND) - Number(two.source === BY_HAND) || earlier(one, two);

function nodesOf(graph: IdentityGraph): { drawn: Map<number, MapNode>; leftOut: number } {
  const own = graph.nodes.map(
    ({ identity_id, namespace, value, quarantined, founded }): MapNode => ({
      id: identity_id,
      namespace,
      value,
      quarantined,
      founded,
      customerId: null,
    }),
  );
  // The identities on which numbers were founded are drawn whatever happens.
  own.sort((one, two) => Number(two.founded !== null) - Number(one.founded !== null) || one.id - two.id);
  const others = graph.others.map(
    ({ identity_id, namespace, value, quarantined, customer_id }): MapNode => ({
      id: identity_id,
      namespace,
      value,
      quarantined,
      founded: null,
      customerId: customer_id,
    }),
  );
  const drawn = [...own.slice(0, OWN_MAX), ...others.slice(0, OTHERS_MAX)];
  return {
    drawn: new Map(drawn.map((node) => [node.id, node])),
    leftOut: own.length + others.length - drawn.length,
  };
}

/** Which number each own identity came with: links are followed as they were said, and never join two numbers. */
function numbersOf(graph: IdentityGraph): Map<number, number | null> {
  const parent = new Map(graph.nodes.map(({ identity_id }) => [identity_id, identity_id]));
  const number = new Map(graph.nodes.map(({ identity_id, founded }) => [identity_id, founded]));
  const top = (id: number): number => {
    let at = id;
    for (let up = parent.get(at) ?? at; up !== at; up = parent.get(at) ?? at) at = up;
    return at;
  };
  for (const link of graph.edges.filter(({ joins }) => joins).sort(byWeight)) {
    if (!parent.has(link.left_id) || !parent.has(link.right_id)) continue;
    const [left, right] = [top(link.left_id), top(link.right_id)];
    const [one, two] = [number.get(left) ?? null, number.get(right) ?? null];
    if (left === right || (one !== null && two !== null)) continue;
    parent.set(right, left);
    number.set(left, one ?? two);
  }
  return new Map(graph.nodes.map(({ identity_id }) => [identity_id, number.get(top(identity_id)) ?? null]));
}

/** Links of the same two identities and the same outcome, the first said first. */
function tiesOf(graph: IdentityGraph, drawn: Map<number, MapNode>): Tie[] {
  const ties = new Map<string, Tie>();
  for (const link of [...graph.edges].sort(byWeight)) {
    if (!drawn.has(link.left_id) || !drawn.has(link.right_id)) continue;
    const state = linkState(link);
    const key = `${link.left_id}-${link.right_id}-${state}`;
    const tie = ties.get(key) ?? { key, from: link.left_id, to: link.right_id, state, links: [] };
    tie.links.push(link);
    ties.set(key, tie);
  }
  const rank: Record<TieState, number> = { joins: 0, refused: 1, retracted: 2 };
  return [...ties.values()].sort((one, two) => rank[one.state] - rank[two.state]);
}

const pointed = (tie: Tie, from: number): Tie => (tie.from === from ? tie : { ...tie, from, to: tie.from });

/** Branches outwards from the roots, the shortest way; who was reached is taken out of `waiting`. */
function grown(roots: MapNode[], ties: Tie[], waiting: Map<number, MapNode>, used: Set<string>): TreeNode[] {
  const planted = roots.map((node): TreeNode => ({ node, children: [] }));
  for (const { id } of roots) waiting.delete(id);
  let edge = planted;
  while (edge.length > 0) {
    const next: TreeNode[] = [];
    for (const at of edge) {
      for (const tie of ties) {
        const far = tie.from === at.node.id ? tie.to : tie.to === at.node.id ? tie.from : undefined;
        const node = far === undefined ? undefined : waiting.get(far);
        if (!node || used.has(tie.key)) continue;
        // Somebody else's identity is an end: what else it is linked with is theirs.
        if (at.node.customerId !== null) continue;
        waiting.delete(node.id);
        used.add(tie.key);
        const child: TreeNode = { node, tie: pointed(tie, at.node.id), children: [] };
        at.children.push(child);
        next.push(child);
      }
    }
    edge = next;
  }
  return planted;
}

/** The numbers of a customer as trees: the present one first, those that were merged into it in their order. */
export function forestOf(graph: IdentityGraph): IdentityForest {
  const { drawn, leftOut } = nodesOf(graph);
  const number = numbersOf(graph);
  const ties = tiesOf(graph, drawn);
  const used = new Set<string>();
  const numbers = [...new Set([...drawn.values()].flatMap(({ founded }) => founded ?? []))];
  numbers.sort(
    (one, two) => Number(two === graph.customer_id) - Number(one === graph.customer_id) || one - two,
  );
  const own = [...drawn.values()].filter(({ customerId }) => customerId === null);
  const trees = (numbers.length > 0 ? numbers : [null]).map((customerId): NumberTree => {
    const mine = new Map(
      own
        .filter(({ id }) => (number.get(id) ?? numbers[0] ?? null) === customerId)
        .map((node) => [node.id, node]),
    );
    const root = own.find(({ founded }) => founded !== null && founded === customerId);
    const joining = ties.filter(({ state }) => state === 'joins');
    const roots = root ? grown([root], joining, mine, used) : [];
    // Whom no drawn link reaches stands beside the root.
    while (mine.size > 0) roots.push(...grown([...mine.values()].slice(0, 1), joining, mine, used));
    return { customerId, mergedAt: mergedAt(graph, root, customerId), roots };
  });
  hangOthers(trees, ties, drawn, used);
  const crossing = ties.filter(({ key }) => !used.has(key));
  return { trees, ties, crossing, leftOut };
}

function mergedAt(graph: IdentityGraph, root: MapNode | undefined, customerId: number | null): string | null {
  if (!root || customerId === graph.customer_id) return null;
  return graph.nodes.find(({ identity_id }) => identity_id === root.id)?.merged_at ?? null;
}

/** Other people's identities hang on the first own identity that a link names them with. */
function hangOthers(trees: NumberTree[], ties: Tie[], drawn: Map<number, MapNode>, used: Set<string>): void {
  const placed = new Map<number, TreeNode>();
  const walk = (at: TreeNode) => {
    placed.set(at.node.id, at);
    for (const child of at.children) walk(child);
  };
  for (const { roots } of trees) for (const root of roots) walk(root);
  for (const tie of ties) {
    const [near, far] = placed.has(tie.from) ? [tie.from, tie.to] : [tie.to, tie.from];
    const parent = placed.get(near);
    const node = drawn.get(far);
    if (!parent || !node || node.customerId === null || placed.has(far) || parent.node.customerId !== null)
      continue;
    used.add(tie.key);
    const child: TreeNode = { node, tie: pointed(tie, near), children: [] };
    parent.children.push(child);
    placed.set(far, child);
  }
}
