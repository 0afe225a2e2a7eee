/** What kinds of long work are called, in the task centre and in news of their end. */
import { defineWords } from './i18n';

export const kindWords = defineWords({
  'zh-CN': {
    import: '数据导入',
    undo: '撤销导入',
    campaign_launch: '启动活动',
    insight_refresh: '刷新客户特征',
    segment_export: '导出人群',
    tagging: '批量打标',
    tagging_undo: '撤销批量打标',
    namespace_change: '修改身份类型',
    campaign_proof: '活动授权证明',
    consent_verify: '校验授权封存',
    pull: '数据库拉取',
    event_replay: '修正并重放被拒事件',
    privacy_erasure: '删除个人信息',
    privacy_export: '导出客户全部信息',
    key_rotation: '更换密钥',
  },
  en: {
    import: 'Import',
    undo: 'Undo of an import',
    campaign_launch: 'Campaign launch',
    insight_refresh: 'Refresh of traits',
    segment_export: 'Export of a segment',
    tagging: 'Tagging',
    tagging_undo: 'Tagging taken back',
    namespace_change: 'Change of an identity type',
    campaign_proof: 'Proof of consent',
    consent_verify: 'Verification of consent',
    pull: 'Pull from a database',
    event_replay: 'Replay of rejected events',
    privacy_erasure: 'Erasure of a person',
    privacy_export: 'Export of everything',
    key_rotation: 'Change of keys',
  },
});
