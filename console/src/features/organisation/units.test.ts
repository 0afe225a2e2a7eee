/** The organisation's tree as it is drawn, and browsers as people call them. */
import { browserOf } from './components/session-list';
import { type OrgUnit, treeOf, type UnitNode } from './queries-units';

const unit = (unit_id: number, parent_id: number | null, name: string, closed = false): OrgUnit => ({
  unit_id,
  parent_id,
  name,
  kind: name.endsWith('店') ? 'store' : 'region',
  store_key: name.endsWith('店') ? `S${unit_id}` : null,
  closed_at: closed ? '2026-11-02T04:00:00Z' : null,
});

const UNITS = [unit(1, null, '总部'), unit(2, 1, '外滩店'), unit(3, 1, '华东', true), unit(4, 3, '虹桥店')];

const drawn = (nodes: UnitNode[]): string =>
  nodes.map((node) => `${node.unit.name}(${drawn(node.below)})`).join(' ');

test.each([
  [true, '总部(华东(虹桥店()) 外滩店())'], // stores come after what has stores below it
  [false, '总部(外滩店()) 虹桥店()'], // what stood below a hidden one is not lost
])('with the closed ones %s the tree is %s', (closedToo, expected) => {
  expect(drawn(treeOf(UNITS, closedToo))).toBe(expected);
});

test.each([
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0', 'Edge · Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0',
    '微信 WeChat · iPhone',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36', 'Chrome · Linux'],
  ['curl/8.5', 'curl/8.5'],
  ['', '—'],
])('%s is called %s', (agent, expected) => {
  expect(browserOf(agent)).toBe(expected);
});
