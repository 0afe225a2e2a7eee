"""What carriers and the advertising law object to in a marketing text, and what a finding tells its author."""

import re

FORBIDDEN_TOPICS = {
    "抽奖": re.compile(r"抽奖|中奖|大转盘|刮刮乐"),
    "返现": re.compile(r"返现|返利|现金红包"),
    "加微信": re.compile(r"加(?:我|客服|店长|导购)?的?(?:微信|企微|V信|VX|wx)|微信号|威信", re.IGNORECASE),
    "公众号推广": re.compile(r"公众号|服务号"),
    "用户拉新": re.compile(r"拉新|邀请好友|老带新|邀请有礼"),
    "用户召回": re.compile(r"召回|好久不见|想你了|回归(?:礼|有礼)"),
    "积分兑换": re.compile(r"积分(?:兑换|换|清零)|兑换积分"),
    "问卷调查": re.compile(r"问卷|调研|满意度调查"),
    "直播": re.compile(r"直播"),
    "优惠券推广": re.compile(r"优惠券|代金券|领券|神券"),
    "APP推广": re.compile(r"下载\s*APP|打开\s*APP|APP\s*(?:下载|内)", re.IGNORECASE),
}
"""Topics for which Tencent turns a marketing template down.

source  Tencent Cloud 382/39023 (2025-06-17); the patterns under each topic are ours
"""

SUPERLATIVES = re.compile(
    r"最(?:低|高|好|佳|优|大|便宜|优惠|先进)|第一(?:品牌|名)?|国家级|顶级|全网最|史上|绝无仅有"
)
"""Words of the advertising law (广告法, article 9) and those read like them."""

REMEDIES: dict[str, tuple[str, str]] = {
    "empty_template": ("Write the text of the message.", "请填写短信内容。"),
    "syntax_error": ("Mend the marked place: {detail}.", "{detail_zh}"),
    "unknown_variable": (
        "There is no variable {excerpt}. Known: {detail}.",
        "没有变量 {excerpt}。可用变量：{detail}。",
    ),
    "unknown_filter": (
        "There is no filter {excerpt}. Known: {detail}.",
        "没有过滤器 {excerpt}。可用：{detail}。",
    ),
    "missing_signature": (
        "Choose a signature, or begin the text with 【brand】; carriers refuse a message without one.",
        "请选择签名，或以【品牌名】开头；没有签名的短信会被运营商拒绝。",
    ),
    "other_signature": (
        "The text is signed {excerpt} but goes out as 【{detail}】; remove one of them.",
        "正文签名 {excerpt} 与发送签名【{detail}】不一致，请删去其中一个。",
    ),
    "missing_opt_out": (
        "Marketing needs a way out: end with {detail}.",
        "营销短信必须提供退订方式：请以“{detail}”结尾。",
    ),
    "variable_in_link": (
        "Write the whole link as fixed text; carriers refuse links with variables.",
        "链接须为固定文字；带变量的链接会被运营商拒绝。",
    ),
    "opt_out_link": (
        "Each customer gets a link of their own; ask your vendor first, some carriers take fixed links only.",
        "每位客户会收到自己的链接；部分运营商只接受固定链接，请先与通道确认。",
    ),
    "too_long": (
        "Fixed text alone has {detail} characters, more than a vendor takes; shorten it.",
        "仅固定文字就有 {detail} 字，超出通道上限，请精简。",
    ),
    "several_segments": (
        "Fixed text alone is billed as {detail} segments; 70 characters are one.",
        "仅固定文字就按 {detail} 条计费；70 字以内为 1 条。",
    ),
    "forbidden_topic": (
        "Vendors turn down the topic {detail}; reword {excerpt}, or ask yours first.",
        "“{detail}”类内容常被通道驳回；请改写“{excerpt}”，或先与通道确认。",
    ),
    "asking_without_type": (
        "Say what kind of messages you ask consent for, like: news and offers.",
        "请写明要发送哪一类短信，例如“新品与优惠”。",
    ),
    "asking_without_frequency": (
        "Say how often you would write, like: at most 4 a month.",
        "请写明发送频次，例如“每月不超过 4 条”。",
    ),
    "asking_without_duration": (
        "Say for how long the consent would hold, like: for 1 year. Until you refuse is no duration.",
        "请写明同意的期限，例如“为期 1 年”；“直到您退订”不算期限。",
    ),
    "asking_without_reply": (
        "Say how to agree: reply Y.",
        "请写明如何表示同意：“同意请回复 Y”。",
    ),
    "superlative": (
        "{excerpt} may break the advertising law; say what can be proved.",
        "“{excerpt}”可能违反广告法，请改用可证实的说法。",
    ),
}
"""What to do about each finding, in English and Chinese. The keys are permanent."""
