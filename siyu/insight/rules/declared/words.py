"""A declared trait as a sentence that its author can check, in Chinese and English."""

from collections.abc import Mapping

from siyu.insight.contracts import TraitType
from siyu.insight.rules.conditions.words import sentence
from siyu.insight.rules.declared.tree import (
    Aggregated,
    Arithmetic,
    Calendar,
    CalendarPeriod,
    Computed,
    Expression,
    Literal,
    Measure,
    Named,
    Rolling,
    Since,
    Tree,
    Window,
)
from siyu.kernel.money import yuan_of

_M, _P, _A = Measure, CalendarPeriod, Arithmetic
_MEASURES: Mapping[Measure, tuple[str, str]] = {
    _M.COUNT: ("{f}的次数", "number of {f}"),
    _M.EXISTS: ("是否有{f}", "whether there are {f}"),
    _M.DAYS: ("有{f}的不同日期数（品牌时区）", "different days, in the brand's zone, with {f}"),
    _M.GAP: ("有{f}的相邻日期平均间隔天数", "mean days between days with {f}"),
    _M.SUM: ("{f}的{p}之和", "sum of {p} over {f}"),
    _M.AVERAGE: ("{f}的{p}平均值", "mean {p} of {f}"),
    _M.MIN: ("{f}的{p}最小值", "smallest {p} of {f}"),
    _M.MAX: ("{f}的{p}最大值", "largest {p} of {f}"),
    _M.FIRST: ("最早一次写明{p}的{f}的{p}", "{p} of the earliest of {f} that name it"),
    _M.LAST: ("最近一次写明{p}的{f}的{p}", "{p} of the latest of {f} that name it"),
    _M.DISTINCT: ("{f}中不同{p}的个数", "number of different {p} in {f}"),
    _M.MOST_FREQUENT: ("{f}中出现最多的{p}（并列取最小）", "most frequent {p} in {f} (ties: the smallest)"),
}
_PERIODS: Mapping[CalendarPeriod, tuple[str, str]] = {
    _P.DAY: ("日", "day"),
    _P.WEEK: ("周", "week"),
    _P.MONTH: ("月", "month"),
    _P.QUARTER: ("季度", "quarter"),
    _P.YEAR: ("年", "year"),
}
_SIGNS = {_A.ADD: " + ", _A.SUBTRACT: " − ", _A.MULTIPLY: " × ", _A.DIVIDE: " ÷ "}
_BINDS = {_A.ADD: 1, _A.SUBTRACT: 1, _A.MULTIPLY: 2, _A.DIVIDE: 2}
_ALIKE = frozenset({_A.ADD, _A.SUBTRACT, _A.MIN, _A.MAX, _A.COALESCE})
"""Operations whose parts are of one kind: a number beside money is whole fen."""

_FUNCTIONS: Mapping[Arithmetic, tuple[str, str]] = {
    _A.MIN: ("最小值", "least of "),
    _A.MAX: ("最大值", "greatest of "),
    _A.COALESCE: ("第一个已知的", "first known of "),
    _A.ROUND: ("取整", "rounded "),
}


def definition_said(tree: Tree, language: str, *, zone: str) -> str:
    """The definition in words."""
    if not isinstance(tree, Aggregated):
        return _formula(tree, language) + ("。" if language == "zh" else ".")
    measure = measure_said(tree, language, zone=zone)
    window = window_said(tree.window, language, zone=zone)
    if language == "zh":
        return f"{window}{measure}。"
    said = f"{measure}{window}"
    return f"{said[0].upper()}{said[1:]}."


def measure_said(tree: Aggregated, language: str, *, zone: str) -> str:
    """What is measured, without its window."""
    fact = tree.fact.label[language]
    if tree.where is not None:
        asked = sentence(tree.where, language, zone=zone)
        fact = f"{fact}（{asked}）" if language == "zh" else f"{fact} ({asked})"
    named = "" if tree.of is None else tree.of.label[language]
    return _MEASURES[tree.measure][0 if language == "zh" else 1].format(f=fact, p=named)


def window_said(window: Window, language: str, *, zone: str) -> str:
    """The window, to stand before what is measured in Chinese and behind it in English."""
    zh = language == "zh"
    match window:
        case None:
            return "全部时间内，" if zh else ", ever"
        case Rolling():
            return f"最近 {window.days} × 24 小时内，" if zh else f" in the last {window.days} × 24 hours"
        case Calendar():
            period = _PERIODS[window.period][0 if zh else 1]
            back = -window.offset
            if zh:
                return f"本{period}内，" if not back else f"{back} 个{period}之前的那个{period}内，"
            return (
                f" in the current {period}" if not back else f" in the {period} {back} before the current one"
            )
        case Since():
            fact = window.fact.label[language]
            if window.where is not None:
                asked = sentence(window.where, language, zone=zone)
                fact = f"{fact}（{asked}）" if zh else f"{fact} ({asked})"
            if zh:
                return f"{'最近一次' if window.last else '首次'}{fact}之后，"
            return f" after the {'last' if window.last else 'first'} of the {fact}"


def _formula(formula: Expression, language: str) -> str:
    """A whole formula; a rounding of all of it stands at its end."""
    if not isinstance(formula, Computed) or formula.operation is not _A.ROUND:
        return _said(formula, language)
    rounded = _said(formula.parts[0], language)
    if not formula.digits:
        return f"{rounded}，取整" if language == "zh" else f"{rounded}, rounded"
    digits = formula.digits
    return (
        f"{rounded}，保留 {digits} 位小数" if language == "zh" else f"{rounded}, rounded to {digits} decimals"
    )


def _said(formula: Expression, language: str, *, fen: bool = False) -> str:
    """The formula in words; `fen`: it stands beside money, so a plain number in it is an amount."""
    match formula:
        case Literal():
            return _number(formula.value, fen=fen)
        case Named():
            return str(formula.trait.label.get(language) or formula.trait.name)
    beside = formula.type is TraitType.MONEY and formula.operation in _ALIKE
    parts = [_said(part, language, fen=beside) for part in formula.parts]
    if formula.operation in _SIGNS:
        bound = [_bound(formula, i, said) for i, said in enumerate(parts)]
        return _SIGNS[formula.operation].join(bound)
    name = _FUNCTIONS[formula.operation][0 if language == "zh" else 1]
    if formula.digits:
        name = f"保留 {formula.digits} 位小数" if language == "zh" else f"to {formula.digits} decimals "
    return f"{name}（{'、'.join(parts)}）" if language == "zh" else f"{name}({', '.join(parts)})"


def _bound(formula: Computed, place: int, said: str) -> str:
    """A part of a sum or product, in brackets where it would else be read as another one."""
    part = formula.parts[place]
    if isinstance(part, Computed) and part.operation in _BINDS:
        inner, outer = _BINDS[part.operation], _BINDS[formula.operation]
        plain = inner > outer or (place == 0 and part.operation is formula.operation)
    else:
        plain = place == 0 or not said.startswith("-")
    return said if plain else f"({said})"


def _number(value: float, *, fen: bool) -> str:
    if fen and isinstance(value, int):
        return f"{yuan_of(value):,}"
    return f"{value:g}" if isinstance(value, float) else str(value)
