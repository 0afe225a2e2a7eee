"""A definition as a sentence that its author can check, in Chinese and English."""

from siyu.insight.api import condition_said, value_said
from siyu.insight.contracts import Condition, TraitType
from siyu.segments.contracts import AllOf, AnyOf, Edge, Happened, InSegment, Members, Node, Not, Share, Top
from siyu.segments.rules.members import members_said

_SEGMENT = {
    ("zh", True): "属于人群“{name}”",
    ("zh", False): "不属于人群“{name}”",
    ("en", True): "is in segment “{name}”",
    ("en", False): "is not in segment “{name}”",
}
_SHARE = {
    "zh": "在按“{salt}”随机抽取的 {share} 客户中",
    "en": "is in the {share} drawn at random by “{salt}”",
}
_TOP = {
    "zh": "在{rest}{t}{most}的 {n} 位客户中",
    "en": "is among the {n} customers with the {most} {t}{rest}",
}
_MOST = {
    ("zh", False): ("最低", "最高"),
    ("zh", True): ("最早", "最晚"),
    ("en", False): ("lowest", "highest"),
    ("en", True): ("earliest", "latest"),
}
_REST = {"zh": "符合同组其余条件、", "en": " of those who meet the rest of the group"}
_EDGE = {"zh": "（第 {n} 位为{value}）", "en": " (number {n} has {value})"}
_NO_EDGE = {"zh": "（有值的客户不足此数，全部入选）", "en": " (fewer have a value: all of them are)"}
_EVERYBODY = {"zh": "所有客户", "en": "everybody"}
_JOIN = {("zh", "and"): "，且", ("zh", "or"): "，或", ("en", "and"): " and ", ("en", "or"): " or "}


def sentence(node: Node, language: str, *, zone: str) -> str:
    """The part in words; groups inside groups stand in brackets."""
    match node:
        case Condition():
            return condition_said(node, language, zone=zone)
        case Not():
            inner = sentence(node.part, language, zone=zone)
            return f"非（{inner}）" if language == "zh" else f"not ({inner})"
        case AllOf():
            return _group(node.parts, "and", language, zone) or _EVERYBODY[language]
        case AnyOf():
            return _group(node.parts, "or", language, zone)
        case Members():
            return members_said(node, language, zone=zone)
        case _:
            return _special(node, language)


def _special(node: Happened | InSegment | Share | Top, language: str) -> str:
    match node:
        case Happened():
            return node.trait.label[language]
        case InSegment():
            return _SEGMENT[language, node.inside].format(name=node.name)
        case Share():
            return _SHARE[language].format(share=f"{node.of * 100:.6g}%", salt=node.salt)
        case Top():
            rest = "" if node.rest is None else _REST[language]
            most = _MOST[language, node.trait.type is TraitType.MOMENT][node.highest]
            return _TOP[language].format(n=f"{node.n:,}", t=node.trait.label[language], most=most, rest=rest)


def edge_said(top: Top, edge: Edge | None, language: str, *, zone: str) -> str:
    """Where the ranking ends now, to stand behind its sentence."""
    if edge is None:
        return _NO_EDGE[language]
    value = value_said(top.trait, edge.value, language, zone=zone)
    return _EDGE[language].format(n=f"{top.n:,}", value=value)


def _group(parts: tuple[Node, ...], word: str, language: str, zone: str) -> str:
    said = (_bracketed(part, language, zone, alone=len(parts) == 1) for part in parts)
    return _JOIN[language, word].join(said)


def _bracketed(part: Node, language: str, zone: str, *, alone: bool) -> str:
    said = sentence(part, language, zone=zone)
    if alone or not isinstance(part, AllOf | AnyOf) or len(part.parts) <= 1:
        return said
    return f"（{said}）" if language == "zh" else f"({said})"
