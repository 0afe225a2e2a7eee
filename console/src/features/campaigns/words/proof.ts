/** The words of a campaign's proof of consent. */
import { defineWords } from '@/ui/i18n';

export const words = defineWords({
  'zh-CN': {
    proof: '授权证明',
    title: '下载活动的授权证明',
    ok: '生成并下载',
    text: '压缩包列出每位收件人的手机号、发出时间与当时依据的授权记录，附授权文本与封存链，供监管或投诉核查。生成时可在任务中心看到进度，文件保留一天。',
    reason: '用途',
    reasonHelp: '你的账号、时间与用途会写入文件和操作记录。',
    reasonNeeded: '请写 4 到 200 个字的用途',
    placeholder: '例如：12321 投诉核查，单号 2026-1102',
    failed: '证明没有生成，请在任务中心查看原因。',
  },
  en: {
    proof: 'Proof of consent',
    title: 'Proof of consent for this campaign',
    ok: 'Make and download',
    text: 'The file lists each recipient with number, moment, and the entry of consent that allowed the message then, with texts and seals, for regulators and complaints. The task centre shows how far it is; it is kept for a day.',
    reason: 'What for',
    reasonHelp: 'Your login, the time and the reason go into the file and the audit log.',
    reasonNeeded: 'Give a reason of 4 to 200 characters',
    placeholder: 'Such as: complaint to the regulator, case 2026-1102',
    failed: 'The proof was not made; the task centre says why.',
  },
});
