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
REASON_CODES = tuple(_SENTENCES)


def reason_text(code: str) -> str:
    """The sentence that explains a code.

    >>> reason_text("too_late")
    'The date lies in the future.'
    """
    return _SENTENCES[code]
