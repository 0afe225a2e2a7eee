/** The words of campaigns that ask for consent, and of what was answered. */
import { defineWords } from '@/ui/i18n';

/** What customers read, whatever language the operator works in. */
export const SAMPLE_TEXT = '想给您发新品与优惠短信，每月不超过4条，为期1年。同意请回复Y，不回复即不再打扰';

export const words = defineWords({
  'zh-CN': {
    kind: '做什么',
    marketing: '营销短信',
    marketingHelp: '发给同意接收营销短信的客户，可以留对照组看效果。',
    consent_request: '征求同意',
    consent_requestHelp:
      '问还没有表示过的客户是否愿意接收营销短信。每个号码只能问一次；没有答复视为不同意，不会再问。已同意、已拒绝、问过和禁发的客户自动排除。',
    must: '这条短信必须写明：发哪一类、多久发几条、同意管多久、怎样回复同意。',
    mustWhy:
      '客户回复 Y 记为同意，并以这段文字作为依据；回复 R 或“不同意”立即停发；7 天内没有答复视为不同意。',
    sample: '填入范例',
    answers: '客户的答复',
    answersDesc: (until: string) => `最后一批可以答复到 ${until}，之后没有答复的视为不同意。`,
    none: '还没有发出。发出后，这里会显示问了多少人、怎样答复。',
    asked: '已征求',
    askedMeaning: '短信已交给或可能已交给服务商的号码，每个号码一生只问一次。',
    agreed: '同意',
    agreedMeaning: '在期限内回复 Y、同意等的客户；同意连同回复原文已记入授权账本。',
    refused: '拒绝',
    refusedMeaning: '回复 R、退订、不同意等，或点了退订链接；立即停发。',
    waiting: '等待答复',
    waitingMeaning: '还在 7 天期限内，没有答复。',
    unanswered: '未答复（视为不同意）',
    unansweredMeaning: '7 天内没有答复。不写入账本，默认不得发送营销短信，也不会再问。',
    unit: '号码数',
    numbers: '个',
    shareOf: (share: string) => `占已征求 ${share}`,
  },
  en: {
    kind: 'Purpose',
    marketing: 'Marketing SMS',
    marketingHelp: 'To customers who agreed to marketing SMS; a holdout shows what it really added.',
    consent_request: 'Ask for consent',
    consent_requestHelp:
      'Asks customers who said nothing yet whether they want marketing SMS. A number is asked once: no answer is a refusal, and nobody is asked again. Who agreed, refused, was asked or is suppressed is left out.',
    must: 'The text must state what kind of messages, how often, for how long, and how to agree.',
    mustWhy:
      'A reply of Y is a yes, proved by this very text; R or “no” stops everything at once; no answer within 7 days is a refusal.',
    sample: 'Insert an example',
    answers: 'What they answered',
    answersDesc: (until: string) => `The last may answer until ${until}; after that no answer is a refusal.`,
    none: 'Nothing was sent yet. Then it says here how many were asked, and what they answered.',
    asked: 'Asked',
    askedMeaning:
      'Numbers whose SMS was, or may have been, handed to the vendor. A number is asked once ever.',
    agreed: 'Agreed',
    agreedMeaning: 'Answered Y or the like in time; the yes is in the consent ledger with the reply.',
    refused: 'Refused',
    refusedMeaning: 'Answered R, no or the like, or followed the opt-out link; effective at once.',
    waiting: 'May still answer',
    waitingMeaning: 'Within the 7 days, without an answer.',
    unanswered: 'No answer (a refusal)',
    unansweredMeaning:
      'No answer in 7 days. Nothing is added to the ledger: marketing stays refused, and nobody asks again.',
    unit: 'Numbers',
    numbers: 'numbers',
    shareOf: (share: string) => `${share} of those asked`,
  },
});
