/** Identities, links and effects as people read them. */
import { effectLines, linkSentence, namespaceText } from './identities';
import type { IdentityLink, IdentityNode } from './identity-queries';
import { namespaceWords } from './words/customer';
import { refusalWords, words } from './words/identities';

const zh = {
  w: words['zh-CN'],
  names: namespaceWords['zh-CN'],
  zone: 'Asia/Shanghai',
  refusals: refusalWords['zh-CN'],
};
const en = { w: words.en, names: namespaceWords.en, zone: 'Asia/Shanghai', refusals: refusalWords.en };

const node = (identity_id: number, namespace: string, value: string): IdentityNode => ({
  identity_id,
  namespace,
  value,
  source: 'crm',
  created_at: '2026-01-01T00:00:00Z',
  quarantined: false,
  founded: null,
  merged_at: null,
});
const ends = { nodes: [node(1, 'member_no', 'A**'), node(2, 'phone', '138****8000')], others: [] };
const link: IdentityLink = {
  edge_id: 7,
  left_id: 1,
  right_id: 2,
  source: 'crm',
  event_id: null,
  batch_id: null,
  authenticated: true,
  overrides: false,
  said_at: '2026-01-02T01:30:00Z',
  recorded_at: '2026-01-02T01:30:01Z',
  joins: true,
  other_customer_id: 3,
  said_by: null,
  because: null,
  refused_because: null,
  retracted_by: null,
  retracted_because: null,
  retracted_at: null,
};

const move = (customer_id: number, before: number, after: number) => ({ customer_id, before, after });

test.each([
  ['member_no', '会员号'],
  ['openid:wx17', '微信 OpenID (wx17)'], // an app of a family
  ['loyalty_card', 'loyalty_card'], // a brand's own
  ['shop:tm:1', 'shop:tm:1'], // a brand's own with an app
])('the namespace %s is called %s', (namespace, said) => {
  expect(namespaceText(namespaceWords['zh-CN'], namespace)).toBe(said);
});

test('a link says who said it, when, of which two, and whether it was checked', () => {
  expect(linkSentence(link, ends, zh)).toEqual({
    state: 'joins',
    said: 'crm 于 2026-01-02 09:30 提供：“会员号 A**”与“手机号 138****8000”属于同一个人。',
    weight: '来源已核实',
    event: '2026-01-02 09:30 收到',
    after: '',
  });
  expect(linkSentence({ ...link, authenticated: false }, ends, en)).toEqual({
    state: 'joins',
    said: 'crm said at 2026-01-02 09:30: member number A** and phone 138****8000 are one person.',
    weight: 'not checked by the source',
    event: 'received 2026-01-02 09:30',
    after: '',
  });
});

test.each([
  [{ event_id: 'order-17' }, '事件 order-17 · 2026-01-02 09:30 收到'], // its source named one
  [{ batch_id: 12 }, '批次 12（整份文件，没有单独的事件） · 2026-01-02 09:30 收到'], // a file says many
  [{ event_id: 'order-17', batch_id: 12 }, '事件 order-17 · 2026-01-02 09:30 收到'], // of a batch of events
])('the link %j says by which event', (changes, said) => {
  expect(linkSentence({ ...link, ...changes }, ends, zh).event).toBe(said);
});

test('the far end of a refused link is shown with whose it is', () => {
  const other = {
    identity_id: 99,
    namespace: 'phone',
    value: '139****1111',
    quarantined: false,
    customer_id: 42,
  };
  const refused = { ...link, right_id: 99, joins: false, other_customer_id: 42 };
  expect(linkSentence(refused, { ...ends, others: [other] }, zh).said).toContain(
    '与“客户 42 的手机号 139****1111”',
  );
});

test('a link by hand says who, and why', () => {
  const byHand = { ...link, source: 'staff', overrides: true, said_by: 'lin', because: '两张会员卡' };
  expect(linkSentence(byHand, ends, zh).said).toMatch(/^lin 于 2026-01-02 09:30 认定：.*，理由：两张会员卡$/);
});

test('a refused link says which guard refused it', () => {
  const refused = { ...link, joins: false, refused_because: 'unique_conflict' };
  expect(linkSentence(refused, ends, zh).after).toContain(refusalWords['zh-CN'].unique_conflict);
});

test('what other modules would count differently is told', () => {
  const effects = [
    { effect: 'messages_waiting', before: 0, after: 1 },
    { effect: 'assignments_left_out', before: 2, after: 0 },
    { effect: 'of_a_later_version', before: 0, after: 3 },
  ];
  const lines = effectLines({ moves: [move(17, 17, 3)], identities: [], overruled: [], effects }, zh.w, '');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain('1 条待发消息');
  expect(lines[2]).toContain('2 次活动分组重新计入');
});

test("a person's word is told as such", () => {
  const byHand = linkSentence({ ...link, source: 'staff', overrides: true }, ends, zh);
  expect(byHand.said).toMatch(/^员工 于 2026-01-02 09:30 认定：/);
  expect(byHand.weight).toBe('人工认定优先于自动规则');
});

test('a link that was refused names the customer of its other end', () => {
  const refused = { ...link, right_id: 99, joins: false, other_customer_id: 42 };
  const told = linkSentence(refused, ends, zh);
  expect(told.state).toBe('refused');
  expect(told.said).toContain('与“客户 42 的身份”属于');
  expect(told.after).toContain('客户 42');
});

test('a link that was taken back says by whom, when and why', () => {
  const retracted = {
    ...link,
    joins: false,
    retracted_by: 'lin',
    retracted_because: '家人的手机号',
    retracted_at: '2026-02-01T00:00:00Z',
  };
  expect(linkSentence(retracted, ends, zh)).toMatchObject({
    state: 'retracted',
    after: 'lin 于 2026-02-01 08:00 拆分，理由：家人的手机号',
  });
});

test.each([
  [[move(17, 17, 3)], [5, 6], ['客户 17 此后计入客户 3。', '2 个身份随之改属。']], // a merge
  [[move(17, 3, 17)], [], ['客户 17 重新独立，不再计入客户 3，资料原样恢复。']], // an un-merge
  [[move(17, 9, 3)], [], ['客户 17 此后计入客户 3，不再计入客户 9。']], // a third one goes along
  [[], [], ['不变']], // nothing
])('the effect of %j and identities %j', (moves, identities, lines) => {
  expect(effectLines({ moves, identities, overruled: [], effects: [] }, zh.w, '不变')).toEqual(lines);
});

test('many moves are counted, not listed', () => {
  const moves = Array.from({ length: 11 }, (_, index) => move(index + 10, index + 10, 3));
  const lines = effectLines({ moves, identities: [], overruled: [], effects: [] }, en.w, '');
  expect(lines).toHaveLength(9);
  expect(lines.at(-1)).toBe('3 more customers move.');
});
