/** The words of consent and suppression that several features share. */
import { defineWords } from './i18n';

export const PURPOSES = ['marketing', 'service', 'profiling', 'sharing', 'sensitive', 'recording'] as const;
export type Purpose = (typeof PURPOSES)[number];
export const CHANNELS = [
  'sms',
  'call',
  'email',
  'wecom',
  'official_account',
  'mini_program',
  'app',
  'all',
] as const;
export type ConsentChannel = (typeof CHANNELS)[number];
export const KINDS = ['legal_block', 'complaint', 'opt_out_global', 'opt_out', 'invalid_address'] as const;
export type SuppressionKind = (typeof KINDS)[number];

const BY_CHANNEL: readonly string[] = ['marketing', 'service'];

/** Marketing and service are agreed to a channel at a time; everything else once. */
export const channelsOf = (purpose: Purpose): ConsentChannel[] =>
  CHANNELS.filter((channel) => (channel === 'all') !== BY_CHANNEL.includes(purpose));

export const purposeWords = defineWords({
  'zh-CN': {
    marketing: '营销',
    service: '服务通知',
    profiling: '个性化推荐',
    sharing: '向第三方提供',
    sensitive: '敏感个人信息',
    recording: '会话存档',
  },
  en: {
    marketing: 'Marketing',
    service: 'Service messages',
    profiling: 'Personalisation',
    sharing: 'Sharing with third parties',
    sensitive: 'Sensitive data',
    recording: 'Chat archiving',
  },
});

export const channelWords = defineWords({
  'zh-CN': {
    sms: '短信',
    call: '电话',
    email: '邮件',
    wecom: '企业微信',
    official_account: '公众号',
    mini_program: '小程序',
    app: 'App',
    all: '不分渠道',
  },
  en: {
    sms: 'SMS',
    call: 'Calls',
    email: 'E-mail',
    wecom: 'WeCom',
    official_account: 'Official account',
    mini_program: 'Mini program',
    app: 'App',
    all: 'Any channel',
  },
});

export const kindWords = defineWords({
  'zh-CN': {
    legal_block: '法定限制',
    complaint: '投诉',
    opt_out_global: '全局退订',
    opt_out: '渠道退订',
    invalid_address: '无效号码',
  },
  en: {
    legal_block: 'Legal block',
    complaint: 'Complaint',
    opt_out_global: 'Opted out of everything',
    opt_out: 'Opted out of the channel',
    invalid_address: 'Invalid number',
  },
});

/** Where a word or a suppression came from; what a file or program calls itself is shown as it is. */
export const sourceWords = defineWords({
  'zh-CN': {
    sms_reply: '回复短信',
    link: '点击退订链接',
    staff: '员工登记',
    console: '员工登记',
    api: '接口',
    file: '上传名单',
    erasure: '删除个人信息',
  },
  en: {
    sms_reply: 'Reply by SMS',
    link: 'Opt-out link',
    staff: 'Entered by staff',
    console: 'Entered by staff',
    api: 'API',
    file: 'Uploaded list',
    erasure: 'Erasure of personal data',
  },
});
