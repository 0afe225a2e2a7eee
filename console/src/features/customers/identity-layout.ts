/** Where everything of the identity map stands: columns outwards from the root, a row each, lines that cross no identity. */
import type { IdentityForest, MapNode, NumberTree, Tie, TreeNode } from './identity-tree';

export interface Point {
  x: number;
  y: number;
}
export interface Rect extends Point {
  width: number;
  height: number;
}
export interface PlacedNode extends Rect {
  node: MapNode;
}
export interface PlacedTie {
  tie: Tie;
  points: Point[];
  label: Rect;
}
export interface PlacedNumber extends Rect {
  customerId: number | null;
  mergedAt: string | null;
}
export interface IdentityLayout {
  width: number;
  height: number;
  numbers: PlacedNumber[];
  nodes: PlacedNode[];
  ties: PlacedTie[];
}

interface Sizes {
  node: number;
  /** Between two columns: the lines and what is written on them. */
  stub: number;
}
const NARROW: Sizes = { node: 120, stub: 92 };
const ROOMIER: Sizes[] = [
  { node: 176, stub: 138 },
  { node: 144, stub: 108 },
];
const NODE_HEIGHT = 44;
const SLOT = 36; // a second line that ends at an identity needs this much more of its edge
const CHANNEL = 16; // between two rows, for lines that go past
const TITLE = 26;
const PAD = 8;
const GAP = 16;
const TRUNK = 10; // from the left edge of a stub to the line that comes from the parent
const LANE = 5;
const LANES_MAX = 4;
const WRAP_FROM = 6; // so many ends are set in more than one column where there is room
const LABEL_HEIGHT = 32;

interface Cell {
  at: TreeNode;
  column: number;
  row: number;
  /** The first row of the ends that were set in columns, for those beyond the first. */
  busRow?: number;
}

/** The rows and columns of a tree; the row after its last one. */
function setOut(at: TreeNode, columnsMax: number, from: Omit<Cell, 'at'>, cells: Cell[]): number {
  cells.push({ at, ...from });
  const column = from.column + 1;
  const branches = at.children.filter(({ children }) => children.length > 0);
  const ends = at.children.filter(({ children }) => children.length === 0);
  const taken = new Set<number>();
  let row = from.row;
  for (const branch of branches) {
    taken.add(row);
    row = setOut(branch, columnsMax, { column, row }, cells);
  }
  // Beside what the branches bear there is room for ends of one's own.
  for (let free = from.row; free < row; free += 1) {
    const end = taken.has(free) ? undefined : ends.shift();
    if (end) cells.push({ at: end, column, row: free });
  }
  const columns = Math.min(Math.max(1, columnsMax - column), Math.ceil(ends.length / WRAP_FROM));
  const rows = Math.ceil(ends.length / Math.max(1, columns));
  ends.forEach((end, index) => {
    const beyond = Math.floor(index / rows);
    const place = { column: column + beyond, row: row + (index % rows) };
    cells.push({ at: end, ...place, ...(beyond > 0 ? { busRow: row } : {}) });
  });
  return Math.max(from.row + 1, row + rows);
}

function cellsOf(tree: NumberTree, columnsMax: number): Cell[] {
  const cells: Cell[] = [];
  let row = 0;
  for (const root of tree.roots) row = setOut(root, columnsMax, { column: 0, row }, cells);
  return cells;
}

interface Spot extends PlacedNode {
  group: number;
  column: number;
  row: number;
  /** The lines that end here, from the top: the branch first. */
  ends: Tie[];
}

interface Sheet {
  sizes: Sizes;
  /** Left of everything, for lines from one number to another. */
  margin: number;
  spots: Map<number, Spot>;
  lanes: Map<string, number>;
}

const byPlace = (one: Cell & { group: number }, two: Cell & { group: number }) =>
  one.group - two.group || one.column - two.column || one.row - two.row;

/** Which ties end at which identity: a branch at its outer end, another at the end that stands later. */
function endsOf(cells: (Cell & { group: number })[], crossing: Tie[]): Map<number, Tie[]> {
  const rank = new Map([...cells].sort(byPlace).map(({ at }, place) => [at.node.id, place]));
  const ends = new Map(cells.map(({ at }) => [at.node.id, at.tie ? [at.tie] : []]));
  for (const tie of crossing) {
    const turned = (rank.get(tie.from) ?? 0) > (rank.get(tie.to) ?? 0);
    const pointed = turned ? { ...tie, from: tie.to, to: tie.from } : tie;
    ends.get(pointed.to)?.push(pointed);
  }
  return ends;
}

const heightOf = (ends: Tie[]): number => NODE_HEIGHT + SLOT * Math.max(0, ends.length - 1);

/** The identities of one number at their places below `top`; where its box ends. */
function placeNumber(
  cells: (Cell & { group: number })[],
  ends: Map<number, Tie[]>,
  sheet: Sheet,
  top: number,
): Rect {
  const { node, stub } = sheet.sizes;
  const heights: number[] = [];
  for (const { at, row } of cells)
    heights[row] = Math.max(heights[row] ?? 0, heightOf(ends.get(at.node.id) ?? []));
  const tops = heights.map((_, row) =>
    heights.slice(0, row).reduce((y, height) => y + height + CHANNEL, top),
  );
  // What ends at the first column has its words to the left of the box.
  const met = cells.some(({ at, column }) => column === 0 && (ends.get(at.node.id) ?? []).length > 0);
  const left = sheet.margin + PAD + (met ? stub : 0);
  for (const { at, column, row, group } of cells) {
    const here = ends.get(at.node.id) ?? [];
    sheet.spots.set(at.node.id, {
      node: at.node,
      x: left + column * (node + stub),
      y: tops[row] ?? top,
      width: node,
      height: heightOf(here),
      group,
      column,
      row,
      ends: here,
    });
  }
  const columns = Math.max(...cells.map(({ column }) => column));
  const last = heights.length - 1;
  return {
    x: left - PAD,
    y: top,
    width: columns * (node + stub) + node + 2 * PAD,
    height: (tops[last] ?? top) + (heights[last] ?? 0) + PAD - top,
  };
}

const slotY = (spot: Spot, tie: Tie): number => spot.y + NODE_HEIGHT / 2 + SLOT * spot.ends.indexOf(tie);
const zoneOf = (spot: Spot, { sizes }: Sheet): number => spot.x - sizes.stub;

/** The next free lane of a zone; past the last one they are shared. */
function laneOf(sheet: Sheet, zone: string): number {
  const used = sheet.lanes.get(zone) ?? 0;
  sheet.lanes.set(zone, used + 1);
  return used % LANES_MAX;
}

/** From the parent's side to the child's, past the ends in between where those are set in columns. */
function branchPoints(from: Spot, to: Spot, tie: Tie, busY: number | undefined, sheet: Sheet): Point[] {
  const start = { x: from.x + from.width, y: from.y + NODE_HEIGHT / 2 };
  const y = slotY(to, tie);
  const trunk = zoneOf(to, sheet) + TRUNK;
  const end = { x: to.x, y };
  if (busY === undefined) return [start, { x: trunk, y: start.y }, { x: trunk, y }, end];
  const first = start.x + TRUNK;
  const bus = [
    { x: first, y: start.y },
    { x: first, y: busY },
    { x: trunk, y: busY },
  ];
  return [start, ...bus, { x: trunk, y }, end];
}

/** From below one identity to the side of a later one, by lanes that no identity stands in. */
function crossingPoints(from: Spot, to: Spot, tie: Tie, rowBottom: number, sheet: Sheet): Point[] {
  const within = from.group === to.group;
  const out = laneOf(sheet, `out-${from.node.id}`);
  const start = { x: from.x + 16 + 8 * out, y: from.y + from.height };
  const channel = rowBottom + 3 + 3 * out;
  const y = slotY(to, tie);
  const zone = `${to.group}-${to.column}`;
  const end = { x: to.x, y };
  if (within || to.column > 0) {
    const lane = zoneOf(to, sheet) + TRUNK + LANE * (1 + laneOf(sheet, zone));
    const around = within ? [] : marginPoints(sheet, channel, to.y - LANE);
    const last = around.at(-1)?.y ?? channel;
    return [start, { x: start.x, y: channel }, ...around, { x: lane, y: last }, { x: lane, y }, end];
  }
  const margin = LANE * (1 + laneOf(sheet, 'margin'));
  return [start, { x: start.x, y: channel }, { x: margin, y: channel }, { x: margin, y }, end];
}

function marginPoints(sheet: Sheet, from: number, to: number): Point[] {
  const x = LANE * (1 + laneOf(sheet, 'margin'));
  return [
    { x, y: from },
    { x, y: to },
  ];
}

function labelOf(to: Spot, tie: Tie, lanes: number, sheet: Sheet): Rect {
  const x = zoneOf(to, sheet) + TRUNK + LANE * Math.min(lanes, LANES_MAX) + 5;
  return { x, y: slotY(to, tie) - LABEL_HEIGHT / 2, width: to.x - x - 4, height: LABEL_HEIGHT };
}

/** How many lines beside the trunk go through the stub left of each column. */
function lanesNeeded(spots: Iterable<Spot>): Map<string, number> {
  const needed = new Map<string, number>();
  for (const { group, column, ends, node } of spots) {
    const zone = `${group}-${column}`;
    const more = ends.filter(({ to }) => to === node.id).length - 1;
    needed.set(zone, (needed.get(zone) ?? 0) + Math.max(0, more));
  }
  return needed;
}

function placeTies(cells: Cell[], sheet: Sheet): PlacedTie[] {
  const { spots } = sheet;
  const needed = lanesNeeded(spots.values());
  const rowBottoms = new Map<string, number>();
  const rowTops = new Map<string, number>();
  for (const { group, row, y, height } of spots.values()) {
    rowBottoms.set(`${group}-${row}`, Math.max(rowBottoms.get(`${group}-${row}`) ?? 0, y + height));
    rowTops.set(`${group}-${row}`, y);
  }
  return cells.flatMap(({ at, busRow }) => {
    const to = spots.get(at.node.id);
    if (!to) return [];
    const label = (tie: Tie) => labelOf(to, tie, needed.get(`${to.group}-${to.column}`) ?? 0, sheet);
    return to.ends.flatMap((tie): PlacedTie[] => {
      const from = spots.get(tie.from);
      if (!from) return [];
      const bus = busRow === undefined ? undefined : (rowTops.get(`${to.group}-${busRow}`) ?? 0) - LANE;
      const points =
        tie === at.tie
          ? branchPoints(from, to, tie, bus, sheet)
          : crossingPoints(from, to, tie, rowBottoms.get(`${from.group}-${from.row}`) ?? 0, sheet);
      return [{ tie, points, label: label(tie) }];
    });
  });
}

/** Room on the left for the lines from one number to another. */
function marginOf({ trees, crossing }: IdentityForest): number {
  const lanes = trees.length > 1 ? Math.min(LANES_MAX, crossing.length) : 0;
  return lanes > 0 ? LANE * (lanes + 1) : 0;
}

function drawnWith(forest: IdentityForest, width: number, sizes: Sizes): IdentityLayout {
  const titled = forest.trees.length > 1;
  const margin = marginOf(forest);
  const columnsMax = Math.floor((width - margin - 2 * PAD + sizes.stub) / (sizes.node + sizes.stub));
  const sheet: Sheet = { sizes, margin, spots: new Map(), lanes: new Map() };
  const groups = forest.trees.map((tree, group) =>
    cellsOf(tree, columnsMax).map((cell) => ({ ...cell, group })),
  );
  const ends = endsOf(groups.flat(), forest.crossing);
  const numbers: PlacedNumber[] = [];
  let y = 0;
  forest.trees.forEach(({ customerId, mergedAt }, group) => {
    const top = y + (titled ? TITLE : 0) + PAD;
    const box = placeNumber(groups[group] ?? [], ends, sheet, top);
    const height = box.y + box.height - y;
    numbers.push({ customerId, mergedAt, x: box.x, y, width: box.width, height });
    y += height + GAP;
  });
  return {
    width: Math.max(...numbers.map((box) => box.x + box.width)),
    height: y - GAP + CHANNEL,
    numbers: titled ? numbers : [],
    nodes: [...sheet.spots.values()].map(({ node, x, y: top, width: wide, height }) => ({
      node,
      x,
      y: top,
      width: wide,
      height,
    })),
    ties: placeTies(groups.flat(), sheet),
  };
}

/** The whole map for a width; it grows downwards, and beyond the width only if the tree is deep. */
export function layoutOf(forest: IdentityForest, width: number): IdentityLayout {
  for (const sizes of ROOMIER) {
    const roomy = drawnWith(forest, width, sizes);
    if (roomy.width <= width) return roomy;
  }
  return drawnWith(forest, width, NARROW);
}

const ROUND = 6;

/** A line through points, with its corners rounded. */
export function pathOf(points: Point[]): string {
  const towards = (from: Point, to: Point, by: number): Point => {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const share = length === 0 ? 0 : Math.min(by, length / 2) / length;
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  };
  const said = points.map((point, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (!before) return `M${point.x} ${point.y}`;
    if (!after) return `L${point.x} ${point.y}`;
    const [into, out] = [towards(point, before, ROUND), towards(point, after, ROUND)];
    return `L${into.x} ${into.y}Q${point.x} ${point.y} ${out.x} ${out.y}`;
  });
  return said.join('');
}
