"""What a text that asks for consent must state, and what a short reply to it means."""

import re
import unicodedata
from enum import StrEnum

from siyu.outreach.rules.replies import opt_out_keyword

_N = r"(?:\d+|[一二两三四五六七八九十百半]+)"
_EN_N = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_EN_UNIT = r"(?:day|week|fortnight|month|quarter|year)"

_TYPE = re.compile(
    r"优惠|新品|上新|活动|资讯|消息|权益|福利|促销|折扣|特卖|推荐|营销|广告|推广|商业|生日礼|会员日"
    r"|\b(?:offers?|news|promotions?|marketing|advertis\w+|discounts?|events?|arrivals?|recommendations?)\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    rf"每(?:{_N}?个?)(?:天|日|周|星期|月|季度?|年)[^。;,]{{0,10}}?{_N}(?:条|次|封)"
    rf"|{_N}(?:条|次|封)(?:/|每)(?:天|日|周|月|季度?|年)"
    rf"|\b(?:once|twice|{_EN_N})\b[^.;,]{{0,24}}?(?:\ba|\bper|\beach|\bevery|/)\s*{_EN_UNIT}\b",
    re.IGNORECASE,
)
# A number of days within which to reply says nothing about how long the consent would hold.
_DURATION = re.compile(
    rf"(?:为期|有效期|期限|时限|期间|持续|未来|今后|接下来)[^。;,]{{0,4}}?{_N}(?:个月|年|天|日|周)(?!内?[^。;,]{{0,3}}?回复)"
    rf"|(?<!每){_N}(?:个月|年|天|日|周)(?:内|之内|以内|有效)(?![^。;,]{{0,3}}?回复)"
    r"|[至到]20\d\d年"
    rf"|\bfor\s+{_EN_N}\s+{_EN_UNIT}s?\b|\buntil\b[^.;,]{{0,20}}\b20\d\d\b",
    re.IGNORECASE,
)
_REPLY = re.compile(r"回复?\W{0,2}Y(?:ES)?\b|\b(?:reply|answer|text)\W{1,3}Y(?:ES)?\b", re.IGNORECASE)

_DECORATION = re.compile(r"[\s\W_]+")
_YES = frozenset({"Y", "YES", "同意", "愿意", "我同意", "我愿意", "是", "Y同意", "同意Y", "回复Y", "回Y"})
_NO = frozenset({"NO", "不", "不同意", "不愿意", "我不同意", "不要", "不需要", "否", "拒绝"})


class Part(StrEnum):
    """What a request for consent must state."""

    TYPE = "type"
    FREQUENCY = "frequency"
    DURATION = "duration"
    REPLY = "reply"


_STATED = {Part.TYPE: _TYPE, Part.FREQUENCY: _FREQUENCY, Part.DURATION: _DURATION, Part.REPLY: _REPLY}


def missing_words(text: str) -> tuple[Part, ...]:
    """What a text that asks for consent does not state, in fixed words: what would be sent, how often, how long.

    And by which reply one agrees. Until one refuses is no duration.

    source  2015 Reg, channels-and-rules \u00a72 row 3

    >>> missing_words("同意接收新品与优惠短信请回复Y，每月不超过4条，为期1年")
    ()
    >>> [part.value for part in missing_words("想收到优惠吗？请在7日内回复Y")]
    ['frequency', 'duration']
    """
    plain = unicodedata.normalize("NFKC", text)
    joined = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", plain)
    return tuple(
        part for part, stated in _STATED.items() if not stated.search(plain) and not stated.search(joined)
    )


def consent_answer(text: str) -> bool | None:
    """Whether a reply to a request for consent agrees or refuses; None if it says something else.

    >>> consent_answer("ｙ。"), consent_answer("不同意"), consent_answer("TD"), consent_answer("好看吗")
    (True, False, False, None)
    """
    if opt_out_keyword(text) is not None:
        return False
    plain = _DECORATION.sub("", unicodedata.normalize("NFKC", text)).upper()
    if plain in _YES:
        return True
    return False if plain in _NO else None
