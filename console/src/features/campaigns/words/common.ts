/** The words that several campaign pages share: states, reasons, steps of the funnel. */
import { defineWords } from '@/ui/i18n';

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
    complaint: '投诉过',
    opt_out: '已退订',
    invalid_address: '号码无效',
    consent_missing: '未同意接收短信',
    unreachable: '没有手机号',
  },
  en: {
    excluded_segment: 'In an excluded segment',
    unknown_customer: 'No customer record',
    complaint: 'Complained',
    opt_out: 'Opted out',
    invalid_address: 'Invalid number',
    consent_missing: 'No consent to SMS',
    unreachable: 'No phone number',
  },
});

export const reasonHelp = defineWords({
  'zh-CN': {
    excluded_segment: '客户同时属于本活动选择排除的人群。',
    unknown_customer: '只在订单里出现过，还没有客户档案。导入客户文件后可以触达。',
    complaint: '客户投诉过，任何营销短信都不再发送。',
    opt_out: '客户回复过退订，或由同事代为退订。',
    invalid_address: '号码曾被运营商判为空号或停机。更新号码后可以触达。',
    consent_missing: '没有这位客户同意接收营销短信的记录。取得同意后再导入。',
    unreachable: '客户档案里没有可用的手机号。',
  },
  en: {
    excluded_segment: 'The customer is also in a segment that this campaign leaves out.',
    unknown_customer: 'Seen in orders only, without a record. Import a customers file to reach them.',
    complaint: 'The customer complained; no marketing is sent to them any more.',
    opt_out: 'The customer answered with the opt-out, or a colleague entered it.',
    invalid_address: 'A carrier called the number dead. A new number makes them reachable again.',
    consent_missing: 'There is no record that this customer agreed to marketing SMS. Ask, then import it.',
    unreachable: 'There is no usable number in the record.',
  },
});

export const words = defineWords({
  'zh-CN': {
    customers: '人',
    customersLong: '客户数（人）',
    withUnit: (name: string) => `${name}（人）`,
    audience: '目标人群',
    audienceMeaning: '启动那一刻属于所选人群的全部客户，包括后来被排除的与留作对照的。',
    eligible: '可触达客户',
    eligibleMeaning: '目标人群减去所有被排除的客户；从他们当中随机分出触达组与对照组。',
    treated: '触达组',
    treatedMeaning: '随机分到触达组、会收到短信的客户。',
    holdout: '对照组',
    holdoutMeaning: '随机留下、这次不发短信的客户。没有他们就不知道不发短信会卖多少。',
    excluded: '被排除',
    excludedMeaning: '属于目标人群，但因为下面的原因不参加；有多个原因时只记排在最前的一个。',
    accepted: '通道已接收',
    acceptedMeaning: '短信服务商收下了短信的触达组客户。',
    delivered: '已送达',
    deliveredMeaning: '短信到了手机上的客户，以服务商回执为准。',
    failed: '发送失败',
    failedMeaning: '服务商拒收或没有送达的客户。',
    opted_out: '退订',
    opted_outMeaning: '触达组客户在归因窗口内退订短信的人数。',
    buyers: '下单',
    buyersMeaning: '触达组客户在归因窗口内至少有一笔未被取消的订单；包括本来就会买的人。',
    shareOf: (share: string, base: string) => `占${base} ${share}`,
    atLaunch: '启动那一刻',
    now: '此刻',
    cost: '短信费用',
  },
  en: {
    customers: 'customers',
    customersLong: 'Customers',
    withUnit: (name: string) => name,
    audience: 'Audience',
    audienceMeaning:
      'Everybody in the segment at the launch, including those excluded and those held out afterwards.',
    eligible: 'Eligible',
    eligibleMeaning: 'The audience less everybody excluded. Chance splits them into treated and holdout.',
    treated: 'Treated',
    treatedMeaning: 'Customers whom chance put into the treated arm; they get the SMS.',
    holdout: 'Holdout',
    holdoutMeaning:
      'Customers whom chance left alone this time. Without them nobody knows what would have been sold anyway.',
    excluded: 'Excluded',
    excludedMeaning:
      'In the segment, but taking no part for the reasons below; of several reasons only the first is kept.',
    accepted: 'Accepted',
    acceptedMeaning: 'Treated customers whose SMS the vendor took.',
    delivered: 'Delivered',
    deliveredMeaning: 'Customers whose phone has the SMS, by the receipts of the vendor.',
    failed: 'Failed',
    failedMeaning: 'Customers whose SMS the vendor refused or could not deliver.',
    opted_out: 'Opted out',
    opted_outMeaning: 'Treated customers who opted out of SMS within the attribution window.',
    buyers: 'Bought',
    buyersMeaning:
      'Treated customers with at least one order in the attribution window that was not cancelled, including those who would have bought anyway.',
    shareOf: (share: string, base: string) => `${share} of ${base.toLowerCase()}`,
    atLaunch: 'At the launch',
    now: 'Now',
    cost: 'SMS cost',
  },
});
