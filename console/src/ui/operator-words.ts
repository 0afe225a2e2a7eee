/** How a trait is compared with a value, by permanent code. */
import { defineWords } from './i18n';

export const operatorWords = defineWords({
  'zh-CN': {
    '=': '等于',
    '!=': '不等于',
    '<': '小于',
    '<=': '不超过',
    '>': '大于',
    '>=': '至少',
    between: '介于',
    in: '是其中之一',
    not_in: '不是其中任何',
    contains: '包含',
    before: '早于',
    after: '晚于',
    within_days: '在最近',
    is_known: '已知',
    is_unknown: '未知',
  },
  en: {
    '=': 'is',
    '!=': 'is not',
    '<': 'below',
    '<=': 'at most',
    '>': 'above',
    '>=': 'at least',
    between: 'between',
    in: 'is one of',
    not_in: 'is none of',
    contains: 'contains',
    before: 'before',
    after: 'after',
    within_days: 'within the last',
    is_known: 'is known',
    is_unknown: 'is unknown',
  },
});
