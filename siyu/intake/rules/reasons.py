"""Why a row is turned away: permanent codes, and the sentence people read beside each."""

from collections.abc import Iterable, Mapping
from typing import Any

MISSING = "missing"
NOT_A_NUMBER = "not_a_number"
TOO_LARGE = "too_large"
NOT_A_MOMENT = "not_a_moment"
TOO_EARLY = "too_early"
TOO_LATE = "too_late"
TOO_LONG = "too_long"
NOT_A_CURRENCY = "not_a_currency"
NOT_A_CHOICE = "not_a_choice"
TOO_FEW_FIELDS = "too_few_fields"
TOO_MANY_FIELDS = "too_many_fields"
NUL_BYTE = "nul_byte"
UNDECODABLE = "undecodable"
UNCLOSED_QUOTE = "unclosed_quote"

_SENTENCES = {
    MISSING: "The cell is empty, and the row cannot be understood without it.",
    NOT_A_NUMBER: "This is not a number. If the file writes 1.234,50, set decimal_comma: true in the map.",
    TOO_LARGE: "The number is larger than any real quantity or amount (a billion pieces, a trillion in money).",
    NOT_A_MOMENT: "This is not a date in any of the map's formats nor YYYY-MM-DD HH:MM:SS. Add the format under dates.",
    TOO_EARLY: "The date lies before 1970 (a birthday: before 1900).",
    TOO_LATE: "The date lies in the future.",
    TOO_LONG: "The text is too long (128 characters for a key, 1,000 for other text, 65,536 for any cell).",
    NOT_A_CURRENCY: "A currency is three capital letters, such as CNY.",
    NOT_A_CHOICE: "The word is not known for this field. Say what it means under choices in the map.",
    TOO_FEW_FIELDS: "The line has fewer fields than the header.",
    TOO_MANY_FIELDS: "The line has more fields than the header: perhaps a delimiter stands in a text without quotes.",
    NUL_BYTE: "The cell contains a NUL byte.",
    UNDECODABLE: "The cell contains bytes that are not text in the file's encoding.",
    UNCLOSED_QUOTE: "A quotation mark opens here and does not close before the field becomes impossibly long.",
}
_SENTENCES_ZH = {
    MISSING: "单元格为空，缺了它这一行无法理解。",
    NOT_A_NUMBER: "不是数字。如果文件写作 1.234,50，请在映射中设 decimal_comma: true。",
    TOO_LARGE: "数字大于任何真实的数量或金额（十亿件、一万亿元）。",
    NOT_A_MOMENT: "不符合映射中的任何日期格式，也不是 YYYY-MM-DD HH:MM:SS。请在 dates 下补充格式。",
    TOO_EARLY: "日期早于 1970 年（生日早于 1900 年）。",
    TOO_LATE: "日期在将来。",
    TOO_LONG: "文字过长（编号 128 字、其他文字 1,000 字、任何单元格 65,536 字节）。",
    NOT_A_CURRENCY: "币种应为三个大写字母，如 CNY。",
    NOT_A_CHOICE: "该字段不认识这个词。请在映射的 choices 下说明其含义。",
    TOO_FEW_FIELDS: "这一行的列数少于表头。",
    TOO_MANY_FIELDS: "这一行的列数多于表头：可能文字里有未加引号的分隔符。",
    NUL_BYTE: "单元格含有 NUL 字节。",
    UNDECODABLE: "单元格中有不符合文件编码的字节。",
    UNCLOSED_QUOTE: "此处的引号没有闭合，字段因此长得不合理。",
}
# In a few words, for a sentence that lists several; the codes of those who take rows are among them.
_IN_SHORT = {
    MISSING: ("a needed cell is empty", "必填的单元格为空"),
    NOT_A_NUMBER: ("not a number", "不是数字"),
    TOO_LARGE: ("too large a number", "数字过大"),
    NOT_A_MOMENT: ("not a date in a known format", "不认识的日期写法"),
    TOO_EARLY: ("a date too early", "日期过早"),
    TOO_LATE: ("a date in the future", "日期在将来"),
    TOO_LONG: ("too long a text", "文字过长"),
    NOT_A_CURRENCY: ("not a currency", "不是币种代码"),
    NOT_A_CHOICE: ("a word that is not known", "不认识的词"),
    TOO_FEW_FIELDS: ("fewer fields than the header", "列数少于表头"),
    TOO_MANY_FIELDS: ("more fields than the header", "列数多于表头"),
    NUL_BYTE: ("a NUL byte", "含有 NUL 字节"),
    UNDECODABLE: ("not text in the file's encoding", "文字编码不对"),
    UNCLOSED_QUOTE: ("a quotation mark that does not close", "引号没有闭合"),
    "bad_phone": ("not a telephone number", "不是电话号码"),
    "currency_differs": ("another currency than the map's", "币种与映射不同"),
    "order_of_several_customers": ("one order of several customers", "同一订单出现了不同客户"),
    "order_contradicts": ("one order number with different content", "同一订单号有互相矛盾的内容"),
    "order_changed": ("an order imported before with another amount", "以前导入过、金额不同的订单"),
    "refund_shrank": ("a refund that was larger before", "以前导入的退款金额更大"),
}
REASON_CODES = tuple(_SENTENCES)


def reasons_said(reasons: Iterable[Mapping[str, Any]], language: str) -> str:
    """Counted reasons as one sentence's list: how many rows, which column, what is wrong with it.

    >>> found = [{"count": 3, "column": "时间", "code": "not_a_moment"}, {"count": 1, "column": "", "code": "nul_byte"}]
    >>> reasons_said(found, "en")
    '3 × 时间: not a date in a known format; 1 × a NUL byte'
    >>> reasons_said(found, "zh-CN")
    '时间：不认识的日期写法（3 行）；含有 NUL 字节（1 行）'
    """
    in_chinese = language.startswith("zh")
    said = []
    for one in reasons:
        words = _IN_SHORT.get(one["code"])
        why = words[in_chinese] if words else one.get("reason") or one["code"]
        if in_chinese:
            said.append(f"{one['column']}：{why}（{one['count']} 行）".removeprefix("："))
        else:
            said.append(f"{one['count']} × {one['column']}: {why}".replace("× : ", "× "))
    return ("；" if in_chinese else "; ").join(said)


def reason_text(code: str, language: str = "en") -> str:
    """The sentence that explains a code.

    >>> reason_text("too_late"), reason_text("too_late", "zh-CN")
    ('The date lies in the future.', '日期在将来。')
    """
    return _SENTENCES_ZH[code] if language.startswith("zh") else _SENTENCES[code]
