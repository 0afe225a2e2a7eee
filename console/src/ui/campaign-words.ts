/** Where campaigns and their customers stand, by permanent code; pages of several modules say it. */
import { defineWords } from './i18n';

export const stateWords = defineWords({
  'zh-CN': {
    draft: '草稿',
    awaiting_approval: '待审批',
    scheduled: '已排期',
    sending: '发送中',
    sent: '已发送',
    stopped: '已停止',
    failed: '启动失败',
  },
  en: {
    draft: 'Draft',
    awaiting_approval: 'Awaiting approval',
    scheduled: 'Scheduled',
    sending: 'Sending',
    sent: 'Sent',
    stopped: 'Stopped',
    failed: 'Launch failed',
  },
});

export const partWords = defineWords({
  'zh-CN': { treated: '触达组', holdout: '对照组', excluded: '被排除' },
  en: { treated: 'Treated', holdout: 'Holdout', excluded: 'Excluded' },
});

export const reasonWords = defineWords({
  'zh-CN': {
    excluded_segment: '在排除的人群里',
    unknown_customer: '没有客户档案',
    legal_block: '法定限制',
    complaint: '投诉过',
    opt_out_global: '已退订全部营销',
    opt_out: '已退订',
    invalid_address: '号码无效',
    consent_missing: '未同意接收短信',
    already_said: '已表示同意或拒绝',
    already_asked: '已征求过',
    profiling_refused: '拒绝个性化推荐',
    unreachable: '没有手机号',
    same_person: '与已分组的客户是同一个人',
  },
  en: {
    excluded_segment: 'In an excluded segment',
    unknown_customer: 'No customer record',
    legal_block: 'Legal block',
    complaint: 'Complained',
    opt_out_global: 'Opted out of everything',
    opt_out: 'Opted out',
    invalid_address: 'Invalid number',
    consent_missing: 'No consent to SMS',
    already_said: 'Said yes or no already',
    already_asked: 'Asked before',
    profiling_refused: 'Refused personalisation',
    unreachable: 'No phone number',
    same_person: 'The same person as somebody assigned',
  },
});
