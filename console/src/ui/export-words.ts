/** The words of asking how a list shall be exported. */
import { defineWords } from './i18n';

export const words = defineWords({
  'zh-CN': {
    ok: '下载 CSV',
    masked: '姓名与号码保持脱敏',
    clear: '包含完整的姓名与号码',
    reason: '为什么需要完整信息？',
    reasonHelp: '会和你的账号、时间、筛选条件一起写入操作记录。',
    reasonNeeded: '请写 4 到 200 个字的理由',
    audited: '每次导出都会写入操作记录。',
  },
  en: {
    ok: 'Download CSV',
    masked: 'Names and numbers stay masked',
    clear: 'With whole names and numbers',
    reason: 'Why are they needed in clear?',
    reasonHelp: 'Kept in the audit log with your account, the time and the filters.',
    reasonNeeded: 'Write a reason of 4 to 200 characters',
    audited: 'Every export is kept in the audit log.',
  },
});
