"""Whether a reply is a refusal. Only short answers that say nothing else count: a holiday note must not."""

import re
import unicodedata

_DECORATION = re.compile(r"[\s\W_]+")
_CODES = frozenset({"R", "T", "N", "TD", "QX"})
_WORDS = ("退订", "拒收", "取消订阅", "不要再发")
_WORDS_CHARACTERS_MAX = 10
_CODE_AND_WORD = re.compile(r"(?:回复)?(R|TD|T|N)(?:退订|拒收)?")


def opt_out_keyword(text: str) -> str | None:
    """The keyword by which a reply refuses further messages; None if it is no refusal.

    Full-width letters, case, spaces and punctuation do not matter.

    >>> opt_out_keyword("ｔｄ。"), opt_out_keyword("退订！谢谢"), opt_out_keyword("Thanks")
    ('TD', '退订', None)
    """
    plain = _DECORATION.sub("", unicodedata.normalize("NFKC", text)).upper()
    if plain in _CODES:
        return plain
    if match := _CODE_AND_WORD.fullmatch(plain):
        return match.group(1)
    if len(plain) <= _WORDS_CHARACTERS_MAX:
        return next((word for word in _WORDS if plain.startswith(word)), None)
    return None
