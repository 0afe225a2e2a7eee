/** The map of identities: what is a branch, what joins two numbers, and that everything on it can be read. */
import { layoutOf, type Point, pathOf, type Rect } from './identity-layout';
import type { IdentityGraph, IdentityLink, IdentityNode } from './identity-queries';
import { forestOf } from './identity-tree';

const node = (identity_id: number, changes: Partial<IdentityNode> = {}): IdentityNode => ({
  identity_id,
  namespace: 'phone',
  value: '138****8000',
  source: 'crm',
  created_at: '2026-01-01T00:00:00Z',
  quarantined: false,
  founded: null,
  merged_at: null,
  ...changes,
});
const link = (edge_id: number, left_id: number, right_id: number, changes: Partial<IdentityLink> = {}) =>
  ({
    edge_id,
    left_id,
    right_id,
    source: 'crm',
    event_id: null,
    batch_id: null,
    authenticated: true,
    overrides: false,
    said_at: `2026-01-02T01:30:${String(edge_id % 60).padStart(2, '0')}Z`,
    recorded_at: '2026-01-02T01:30:00Z',
    joins: true,
    other_customer_id: 3,
    said_by: null,
    because: null,
    refused_because: null,
    retracted_by: null,
    retracted_because: null,
    retracted_at: null,
    ...changes,
  }) satisfies IdentityLink;

/** Two numbers, joined by hand; a phone that another customer's card was refused for, and one that was taken back. */
const merged: IdentityGraph = {
  customer_id: 3,
  nodes: [
    node(1, { founded: 3, namespace: 'member_no' }),
    node(2),
    node(3, { namespace: 'openid:wx1' }),
    node(4, { founded: 9, namespace: 'member_no', merged_at: '2026-03-01T00:00:00Z' }),
    node(5, { namespace: 'email' }),
  ],
  edges: [
    link(1, 1, 2),
    link(2, 1, 2, { source: 'shop', event_id: 'order-1' }),
    link(3, 1, 3),
    link(4, 2, 3, { source: 'shop' }),
    link(5, 4, 5),
    link(6, 1, 4, { source: 'staff', overrides: true, said_by: 'lin' }),
    link(7, 2, 8, { joins: false, other_customer_id: 42, refused_because: 'unique_conflict' }),
    link(8, 5, 9, { joins: false, other_customer_id: 43, retracted_at: '2026-02-01T00:00:00Z' }),
  ],
  others: [
    { identity_id: 8, namespace: 'member_no', value: 'B**', quarantined: false, customer_id: 42 },
    { identity_id: 9, namespace: 'device', value: 'D**', quarantined: false, customer_id: 43 },
  ],
};

test('numbers that were merged are trees of their own, joined by the word that merged them', () => {
  const { trees, crossing, leftOut } = forestOf(merged);
  expect(trees.map(({ customerId, mergedAt }) => [customerId, mergedAt])).toEqual([
    [3, null],
    [9, '2026-03-01T00:00:00Z'],
  ]);
  const reached = (roots: (typeof trees)[number]['roots']): unknown[] =>
    roots.map(({ node, tie, children }) => [node.id, tie?.state ?? 'root', reached(children)]);
  expect(reached(trees[0]?.roots ?? [])).toEqual([
    [
      1,
      'root',
      [
        [2, 'joins', [[8, 'refused', []]]],
        [3, 'joins', []],
      ],
    ],
  ]);
  expect(reached(trees[1]?.roots ?? [])).toEqual([[4, 'root', [[5, 'joins', [[9, 'retracted', []]]]]]]);
  expect(crossing.map(({ from, to }) => [from, to])).toEqual([
    [2, 3], // said again by another source
    [1, 4], // by hand
  ]);
  expect(leftOut).toBe(0);
});

test('links of the same two identities are one line', () => {
  const { ties } = forestOf(merged);
  expect(ties.find(({ key }) => key === '1-2-joins')?.links.map(({ edge_id }) => edge_id)).toEqual([1, 2]);
});

const COMPACT = 456;
const LARGE = 1190;

/** A customer of any shape, the same for the same seed. */
function someGraph(seed: number, size: number): IdentityGraph {
  let state = seed;
  const luck = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const numbers = 1 + luck(3);
  const own = Array.from({ length: size }, (_, index) =>
    node(index + 1, { founded: index < numbers ? index + 1 : null }),
  );
  const edges = own.slice(1).map(({ identity_id }, index) => {
    const to = luck(3) === 0 ? 1 + luck(identity_id - 1) : 1;
    return link(index + 1, to, identity_id, identity_id <= numbers ? { source: 'staff' } : {});
  });
  const others: IdentityGraph['others'] = [];
  for (let more = luck(size); more > 0; more -= 1) {
    const [one, two] = [1 + luck(size), 1 + luck(size)];
    if (one !== two)
      edges.push(link(edges.length + 1, Math.min(one, two), Math.max(one, two), { source: 'app' }));
  }
  for (let far = luck(4); far > 0; far -= 1) {
    const identity_id = 900 + far;
    others.push({ identity_id, namespace: 'phone', value: '1', quarantined: false, customer_id: 77 });
    edges.push(link(edges.length + 1, 1 + luck(size), identity_id, { joins: false, other_customer_id: 77 }));
  }
  return { customer_id: 1, nodes: own, edges, others };
}

const meet = (one: Rect, two: Rect) =>
  one.x < two.x + two.width &&
  two.x < one.x + one.width &&
  one.y < two.y + two.height &&
  two.y < one.y + one.height;

/** A stretch of a line as a rectangle that touches what it only ends at. */
const stretch = (from: Point, to: Point): Rect => ({
  x: Math.min(from.x, to.x) + 0.5,
  y: Math.min(from.y, to.y) + 0.5,
  width: Math.max(0, Math.abs(from.x - to.x) - 1),
  height: Math.max(0, Math.abs(from.y - to.y) - 1),
});

const shapes = [2, 3, 5, 8, 13, 21, 34, 50].flatMap((size) =>
  [1, 2, 3, 4].map((seed) => [size, seed] as const),
);

test.each(shapes)('%i identities (seed %i) stand apart, and no line runs through one', (size, seed) => {
  const forest = forestOf(someGraph(seed * 7919 + size, size));
  for (const width of [COMPACT, LARGE]) {
    const { nodes, ties, width: wide, height } = layoutOf(forest, width);
    expect(nodes).toHaveLength(size + nodes.filter(({ node }) => node.customerId !== null).length);
    expect(new Set(ties.map(({ tie }) => tie.key)).size).toBe(forest.ties.length);
    const labels = ties.map(({ label }) => label);
    const solid: Rect[] = [...nodes, ...labels];
    solid.forEach((one, index) => {
      expect(one.x >= 0 && one.y >= 0 && one.x + one.width <= wide && one.y + one.height <= height).toBe(
        true,
      );
      for (const two of solid.slice(index + 1)) expect(meet(one, two)).toBe(false);
    });
    for (const { points } of ties)
      points.slice(1).forEach((to, index) => {
        const from = points[index] ?? to;
        for (const each of nodes) expect(meet(stretch(from, to), each)).toBe(false);
      });
  }
});

test('the same graph is drawn the same way, whatever the order it came in', () => {
  const graph = someGraph(11, 20);
  const turned = { ...graph, edges: [...graph.edges].reverse(), nodes: [...graph.nodes].reverse() };
  expect(layoutOf(forestOf(turned), COMPACT)).toEqual(layoutOf(forestOf(graph), COMPACT));
});

test('a member with a card, a phone and an account, and two who were merged, fit a column; fifty fit a window', () => {
  const star = { customer_id: 1, others: [] as IdentityGraph['others'] };
  const nodes = Array.from({ length: 50 }, (_, index) =>
    node(index + 1, { founded: index === 0 ? 1 : null }),
  );
  const edges = nodes.slice(1).map(({ identity_id }) => link(identity_id, 1, identity_id));
  const few = { ...star, nodes: nodes.slice(0, 4), edges: edges.slice(0, 3) };
  expect(layoutOf(forestOf(few), COMPACT).width).toBeLessThanOrEqual(COMPACT);
  const two = {
    ...merged,
    others: [],
    edges: merged.edges.filter(({ edge_id }) => [1, 3, 5, 6].includes(edge_id)),
  };
  expect(layoutOf(forestOf(two), COMPACT).width).toBeLessThanOrEqual(COMPACT);
  const many = layoutOf(forestOf({ ...star, nodes, edges }), LARGE);
  expect(many.width).toBeLessThanOrEqual(LARGE);
  expect(many.height).toBeLessThanOrEqual(1100);
});

test('corners are rounded', () => {
  const corner = [
    { x: 0, y: 0 },
    { x: 20, y: 0 },
    { x: 20, y: 20 },
  ];
  expect(pathOf(corner)).toBe('M0 0L14 0Q20 0 20 6L20 20');
});
