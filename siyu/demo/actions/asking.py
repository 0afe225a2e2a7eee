"""What customers of the demo brand read before they agree: one text in two versions, one about personalisation."""

from datetime import datetime

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.people.api import add_consent_text, consent_texts
from siyu.people.contracts import ConsentChannel, Purpose

TEXTS = (
    (
        "join-sms", 0, Purpose.MARKETING, ConsentChannel.SMS, "入会短信授权",
        "我同意溪栀茶点通过短信发送新品与活动信息。",
    ),
    (
        "join-sms", 1, Purpose.MARKETING, ConsentChannel.SMS, "入会短信授权",
        "我同意溪栀茶点通过短信向我发送新品、活动与会员权益信息，每月不超过四条。回复 R 或点击退订链接，随时可退。",
    ),
    (
        "personalise", 0, Purpose.PROFILING, ConsentChannel.ALL, "个性化推荐说明",
        "我同意溪栀茶点根据我的购买记录为我推荐商品。关闭后我会看到与其他客户相同的内容，价格不受影响。",
    ),
)  # fmt: skip


def write_texts(app: App, *, brand_id: int, actor: Actor, now: datetime) -> None:
    """The texts stand; those of an earlier load are left alone."""
    with app.db.transaction(brand_id=brand_id) as session:
        if consent_texts(session):
            return
        for code, after, purpose, channel, title, body in TEXTS:
            add_consent_text(
                session, code=code, after_version=after, purpose=purpose, channels=[channel], language="zh-CN",
                title=title, body=body, actor=actor, now=now,
            )  # fmt: skip
