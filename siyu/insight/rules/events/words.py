"""A condition on facts as a part of a sentence, in Chinese and English."""

from siyu.insight.rules.conditions.words import sentence
from siyu.insight.rules.declared.tree import Aggregated, Rolling, Window
from siyu.insight.rules.declared.words import measure_said, window_said
from siyu.insight.rules.events.tree import HOURS_OF_DAY, FirstTime, Followed, Question, Step, Which

_WHICH_ZH = {Which.ANY: "某次", Which.FIRST: "首次", Which.LAST: "最近一次"}
_WHICH_EN = {Which.ANY: "one", Which.FIRST: "the first", Which.LAST: "the last"}


def question_said(tree: Question, language: str, *, zone: str) -> str:
    """Of an aggregate what is measured; of anything else the whole statement."""
    zh = language == "zh"
    match tree:
        case Aggregated():
            measure, window = measure_said(tree, language, zone=zone), _window(tree.window, language, zone)
            return f"{window}{measure}" if zh else f"{measure}{window}"
        case FirstTime():
            fact, window = _step(tree.step, language, zone), _window(tree.window, language, zone)
            return f"首次{fact}在{window}" if zh else f"the first of the {fact} is{window}"
        case Followed():
            return _followed_zh(tree, zone) if zh else _followed_en(tree, zone)


def _followed_zh(tree: Followed, zone: str) -> str:
    first, then = _step(tree.first, "zh", zone), _step(tree.then, "zh", zone)
    window, span = _window(tree.window, "zh", zone), _span_zh(tree.hours)
    within = f" {span}内" if span else ""
    has = "有" if tree.happens else "没有"
    over = f"（已满 {span}）" if span and not tree.happens else ""
    return f"{window}的{_WHICH_ZH[tree.which]}{first}之后{within}{has}{then}{over}".removeprefix("的")


def _followed_en(tree: Followed, zone: str) -> str:
    first, then = _step(tree.first, "en", zone), _step(tree.then, "en", zone)
    window, span = _window(tree.window, "en", zone), _span_en(tree.hours)
    has = "there are" if tree.happens else "there are no"
    within = f" within {span}" if span else ""
    over = f" (the {span} are over)" if span and not tree.happens else ""
    return f"{has} {then}{within} after {_WHICH_EN[tree.which]} of the {first}{window}{over}"


def _step(step: Step, language: str, zone: str) -> str:
    fact = step.fact.label[language]
    if step.where is None:
        return fact
    asked = sentence(step.where, language, zone=zone)
    return f"{fact}（{asked}）" if language == "zh" else f"{fact} ({asked})"


def _window(window: Window, language: str, zone: str) -> str:
    """As in the words of declared traits, but short: it stands inside a sentence."""
    match window:
        case None:
            return ""
        case Rolling():
            if language == "zh":
                return f"最近 {window.days} 天内"
            return f" in the last {window.days} days"
        case _:
            return window_said(window, language, zone=zone).removesuffix("，")


def _span_zh(hours: int | None) -> str:
    if hours is None:
        return ""
    return f"{hours} 小时" if hours % HOURS_OF_DAY else f"{hours // HOURS_OF_DAY} 天"


def _span_en(hours: int | None) -> str:
    if hours is None:
        return ""
    return f"{hours} hours" if hours % HOURS_OF_DAY else f"{hours // HOURS_OF_DAY} days"
