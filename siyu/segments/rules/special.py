"""A random share, the top of a ranking, another segment: conditions beyond the value of a trait, checked and typed."""

import difflib
import unicodedata
from collections.abc import Mapping
from typing import Any

from siyu.insight.contracts import Pair, TraitInfo
from siyu.segments.contracts import RANKED, SALT_MAX, TOP_MAX, Share, Top
from siyu.segments.errors import UnknownTrait
from siyu.segments.rules.values import bad

_SHARE = (
    'Write {"share": {"of": 0.1, "salt": "spring"}}.',
    '请写 {"share": {"of": 0.1, "salt": "spring"}}。',
)
_TOP = (
    'Write {"top": {"n": 1000, "by": "sales_365d_fen", "order": "highest", "within": "all"}}.',
    '请写 {"top": {"n": 1000, "by": "sales_365d_fen", "order": "highest", "within": "all"}}。',
)
_ORDERS = ("highest", "lowest")
_WITHIN = ("all", "group")


def share_of(found: Any, path: str) -> Share:
    """The share of `{"share": …}`; `path` is where that stands.

    raises  BadSegment
    """
    parts = _parts(found, f"{path}.share", ("of", "salt"), _SHARE)
    of, salt = parts.get("of"), parts.get("salt")
    if isinstance(of, bool) or not isinstance(of, int | float) or not 0 < of <= 1:
        raise bad(
            f"{path}.share.of",
            ("a number above 0 and up to 1 is needed", "需要大于 0、不超过 1 的数"),
            ("For a tenth of all customers write 0.1.", "十分之一的客户写 0.1。"),
        )
    usable = isinstance(salt, str) and 0 < len(salt) <= SALT_MAX
    if not usable or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in str(salt)):
        raise bad(
            f"{path}.share.salt",
            (f"a text of 1 to {SALT_MAX} characters is needed", f"需要 1 到 {SALT_MAX} 个字符的文字"),
            (
                "Equal salts choose the same customers; choose a new one to draw anew.",
                "标识相同则抽中的客户相同；要重新抽取请换一个。",
            ),
        )
    return Share(path, float(of), str(salt))


def top_of(found: Any, path: str, catalogue: Mapping[str, TraitInfo]) -> tuple[Top, bool]:
    """The top of `{"top": …}`, its rest not yet filled in, and whether it is among the rest of its group.

    raises  BadSegment, UnknownTrait
    """
    here = f"{path}.top"
    parts = _parts(found, here, ("n", "by", "order", "within"), _TOP)
    n = parts.get("n")
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= TOP_MAX:
        raise bad(
            f"{here}.n",
            (f"a whole number from 1 to {TOP_MAX:,} is needed", f"需要 1 到 {TOP_MAX:,} 的整数"),
            ('Write "n": 1000.', '请写 "n": 1000。'),
        )
    trait = trait_named(parts.get("by"), f"{here}.by", catalogue)
    if trait.type not in RANKED:
        raise bad(
            f"{here}.by",
            (f"{trait.name} ({trait.type}) has no order", f"{trait.name} 不能排序"),
            ("Choose a number, an amount of money or a moment.", "请选择数字、金额或时间类指标。"),
        )
    order = _one_of(parts.get("order", "highest"), f"{here}.order", _ORDERS)
    within = _one_of(parts.get("within", "all"), f"{here}.within", _WITHIN)
    return Top(path, n, trait, order == "highest", None), within == "group"


def segment_of(found: Mapping[str, Any], path: str) -> tuple[int, bool]:
    """The number of the segment in `{"segment": …, "op": …}`, and whether the customer is to be in it.

    raises  BadSegment
    """
    unknown = [key for key in found if key not in ("segment", "op")]
    if unknown:
        raise bad(
            f"{path}.{unknown[0]}",
            ("membership of a segment has segment and op only", "“属于人群”只有 segment、op 两项"),
            ("Remove it.", "请删除这一项。"),
        )
    number = found["segment"]
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise bad(
            f"{path}.segment",
            ("the number of a segment is needed", "需要人群编号"),
            (
                'Write {"segment": 12, "op": "in"}; GET /api/v1/segments lists all.',
                '请写 {"segment": 12, "op": "in"}；GET /api/v1/segments 列出全部人群。',
            ),
        )
    return number, _one_of(found.get("op", "in"), f"{path}.op", ("in", "not_in")) == "in"


def trait_named(name: Any, path: str, catalogue: Mapping[str, TraitInfo]) -> TraitInfo:
    """The trait of this name.

    raises  UnknownTrait, naming the nearest
    """
    if isinstance(name, str) and name in catalogue:
        return catalogue[name]
    near = difflib.get_close_matches(str(name)[:100], list(catalogue), n=3, cutoff=0.5)
    listed = ", ".join(near)
    raise UnknownTrait(
        trait=str(name)[:100],
        path=path,
        guess=f" Did you mean {listed}?" if near else "",
        guess_zh=f"你是想写 {listed} 吗？" if near else "",
    )


def _parts(found: Any, path: str, names: tuple[str, ...], shape: Pair) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise bad(path, ("an object is needed", "这里需要一个 JSON 对象"), shape)
    unknown = [key for key in found if key not in names]
    if unknown:
        listed = ", ".join(names)
        raise bad(
            f"{path}.{str(unknown[0])[:40]}",
            (f"there are {listed} only", f"只有 {listed} 几项"),
            shape,
        )
    return found


def _one_of(found: Any, path: str, allowed: tuple[str, ...]) -> str:
    if not isinstance(found, str) or found not in allowed:
        listed = " ".join(allowed)
        raise bad(
            path,
            (f"{str(found)[:40]!r} is not possible here", f"这里不能写 {str(found)[:40]}"),
            (f"Use one of: {listed}.", f"可用的有：{listed}。"),
        )
    return found
