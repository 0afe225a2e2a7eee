"""The name of where a file comes from, told from what the file is called: the same for every export of one series."""

import re

SOURCE_LENGTH_MAX = 64
_EXTENSIONS = re.compile(r"\.(csv|tsv|txt|tab|dat|xlsx|xlsm|xls|parquet|gz|tgz|tar|zip)$", re.IGNORECASE)
_COPIES = re.compile(
    r"[(（\[]\s*\d+\s*[)）\]]|[-_ ]*的?副本\s*\d*|[-_ ]+copy(?![a-z])( ?\d+)?|^copy of ", re.IGNORECASE
)
_CHINESE_DATES = re.compile(
    r"\d+\s*年度?|\d+\s*月份?|\d+\s*[日号时点分秒]|第\s*\d+\s*[周季]度?|[一二三四五六七八九十]+月份?"
    r"|第?[一二三四]季度|[上下]半年"
)
_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_DATE_WORDS = frozenset(_MONTHS.split())
_BETWEEN_DATES = frozenset(("from", "to", "至", "到", "自", "从"))
_STAMP = re.compile(
    r"\d{4}[-_]?\d\d[-_]?\d\d[t_ -]?\d\d[-_:]?\d\d([-_:]?\d\d)?z?(?![a-z])|(?<![a-z])[qhw]\d+(?!\w)",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?=.*\d)[0-9a-f]{6,}", re.IGNORECASE)
# The number of a shop says who speaks: shops number their orders alike.
_SHOP = re.compile(
    r"(?:shop|store|pos|till|店|门店)\d{1,3}(?![\d年月日])|(?<!\d)\d{1,3}号?(?=店|门店|柜)", re.IGNORECASE
)
_KEPT = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_GIVEN_BACK = {ord(kept): str(digit) for digit, kept in enumerate("⓪①②③④⑤⑥⑦⑧⑨")}


def stable_source(file_name: str, *, otherwise: str) -> str:
    """What is left of a file's name without extension, dates, numbers and marks of copies: one name for one series.

    Overlapping exports under other names so have one source, and what overlaps counts once.

    returns  `otherwise` where nothing is left

    >>> names = "orders-2026-10.csv Orders-2026-11(1).csv.gz 天猫订单2026年10月.xlsx 3号店订单10月.csv 1101.csv".split()
    >>> [stable_source(name, otherwise="file") for name in names]
    ['orders', 'orders', '天猫订单', '3号店订单', 'file']
    """
    name = file_name
    while (shorter := _EXTENSIONS.sub("", name)) != name:
        name = shorter
    name = _SHOP.sub(lambda shop: shop.group().translate(_KEPT), name)
    for dated in (_COPIES, _STAMP, _CHINESE_DATES):
        name = dated.sub(" ", name)
    words = [word for part in re.split(r"[\W_]+", name) for word in _words_of(part)]
    if any(character.isdigit() for character in file_name):
        words = [word for word in words if word not in _BETWEEN_DATES]
    return "_".join(words).translate(_GIVEN_BACK)[:SOURCE_LENGTH_MAX].strip("_") or otherwise


def _words_of(part: str) -> list[str]:
    """The letters of a part between separators, without its digits; none of a month's name or a long number."""
    lower = part.casefold()
    if lower in _DATE_WORDS or _LONG_NUMBER.fullmatch(lower):
        return []
    return [word for word in re.split(r"\d+", lower) if word]
