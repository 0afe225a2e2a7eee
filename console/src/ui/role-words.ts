/** The roles by their permanent codes. */
import { defineWords } from './i18n';

export const roleWords = defineWords({
  'zh-CN': {
    owner: '所有者',
    operator: '运营',
    analyst: '分析师',
    developer: '开发者',
    store_manager: '店长',
    guide: '导购',
    agent: '客服',
  },
  en: {
    owner: 'Owner',
    operator: 'Operator',
    analyst: 'Analyst',
    developer: 'Developer',
    store_manager: 'Store manager',
    guide: 'Guide',
    agent: 'Agent',
  },
});
