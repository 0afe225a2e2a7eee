"""Why a row is turned away: permanent codes, and the sentence people read beside each."""

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
REASON_CODES = tuple(_SENTENCES)


def reason_text(code: str, language: str = "en") -> str:
    """The sentence that explains a code.

    >>> reason_text("too_late"), reason_text("too_late", "zh-CN")
    ('The date lies in the future.', '日期在将来。')
    """
    return _SENTENCES_ZH[code] if language.startswith("zh") else _SENTENCES[code]
