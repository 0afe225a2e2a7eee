/** The words of the identity map. */
import { defineWords } from '@/ui/i18n';

export const mapWords = defineWords({
  'zh-CN': {
    map: '图',
    list: '列表',
    view: '查看方式',
    label: (identities: number, links: number) => `身份图：${identities} 个身份，${links} 条关联`,
    hint: '点一条线，看谁在何时、凭什么说两端是同一个人。',
    enlarge: '放大',
    enlarged: (name: string) => `${name} 的身份图`,
    present: (id: number) => `客户 ${id}（现在的编号）`,
    merged: (id: number, day: string) => `客户 ${id}，${day} 并入`,
    others: (id: number) => `客户 ${id}`,
    founded: '建立编号的身份',
    quarantined: '多人共用',
    more: (source: string, n: number) => `${source} 等 ${n} 条`,
    staff: '人工认定',
    joins: '生效',
    refused: '未采用',
    retracted: '已拆分',
    tie: (label: string, left: string, right: string, state: string) =>
      `${label}：${left} 与 ${right}，${state}`,
    details: '这条线的依据',
    close: '收起',
    leftOut: (n: number) => `图上未画出另外 ${n} 个身份，请看列表。`,
  },
  en: {
    map: 'Graph',
    list: 'List',
    view: 'View',
    label: (identities: number, links: number) => `Identity graph: ${identities} identities, ${links} links`,
    hint: 'Choose a line to see who said that its two ends are one person, when, and on what ground.',
    enlarge: 'Enlarge',
    enlarged: (name: string) => `Identity graph of ${name}`,
    present: (id: number) => `Customer ${id} (the present number)`,
    merged: (id: number, day: string) => `Customer ${id}, merged ${day}`,
    others: (id: number) => `Customer ${id}`,
    founded: 'the number was founded on it',
    quarantined: 'used by many',
    more: (source: string, n: number) => `${source} +${n - 1}`,
    staff: 'by hand',
    joins: 'counts',
    refused: 'not used',
    retracted: 'taken back',
    tie: (label: string, left: string, right: string, state: string) =>
      `${label}: ${left} and ${right}, ${state}`,
    details: 'What this line rests on',
    close: 'Close',
    leftOut: (n: number) =>
      n === 1 ? '1 more identity is in the list only.' : `${n} more identities are in the list only.`,
  },
});
