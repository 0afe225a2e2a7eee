"""Templates become texts: Liquid without loops, files, clocks or silence about what is missing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate, Environment, FalsyStrictUndefined
from liquid.exceptions import FilterArgumentError, LiquidError, UndefinedError

from siyu.outreach.errors import TemplateRefused, TemplateValueMissing, TemplateValueRefused, TextTooLong
from siyu.outreach.rules.cost import TEXT_CHARACTERS_MAX, segments_of
from siyu.outreach.rules.opt_out import OPT_OUT_URL

OPT_OUT_LINE = "拒收请回复R"
"""The wording carriers check for, to the letter."""

TEMPLATE_CHARACTERS_MAX = 2_000
_TAGS = frozenset({"if", "unless", "case", "assign", "comment", "#"})
# The lexer's own names for text, output and what it cannot read.
_INTERNAL_TAGS = frozenset({"content", "output", "illegal"})
_FILTERS = frozenset(
    {
        *("default", "append", "prepend", "strip", "truncate", "upcase", "downcase", "capitalize", "size"),
        *("plus", "minus", "times", "divided_by", "modulo", "round", "floor", "ceil", "abs"),
        *("slice", "at_least", "at_most"),
    }
)
_LINK = re.compile(
    r"https?://|www\.|(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|vip|shop|cc|me|io)\b", re.IGNORECASE
)
_SIGNED = re.compile(r"^\s*【[^【】]*】")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class RenderedSms:
    """A text ready to send, and what it is billed as."""

    text: str
    segments: int


def _date_text(value: object, pattern: str = "%Y-%m-%d") -> str:
    # Liquid's own `date` reads the clock for "now"; the moment of a text is the caller's to give.
    try:
        moment = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        return moment.strftime(str(pattern))
    except ValueError as refused:
        raise FilterArgumentError("date needs a day such as 2026-11-11", token=None) from refused


class _Missing(FalsyStrictUndefined):
    """A value this customer lacks: false in a condition, replaced by `default`, an error anywhere else."""

    force_liquid_default = True


class _SmsEnvironment(Environment):
    output_stream_limit = 8_000
    local_namespace_limit = 20_000
    loop_iteration_limit = 0
    block_nesting_limit = 8

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: tag for name, tag in self.tags.items() if name in _TAGS | _INTERNAL_TAGS}
        self.filters = {name: run for name, run in self.filters.items() if name in _FILTERS}
        self.add_filter("date", _date_text)


@lru_cache(maxsize=1)
def _environment() -> _SmsEnvironment:
    return _SmsEnvironment(undefined=_Missing)


def allowed_filters() -> frozenset[str]:
    """The filters a template may use.

    >>> "default" in allowed_filters(), "replace" in allowed_filters()
    (True, False)
    """
    return frozenset(_environment().filters)


@lru_cache(maxsize=256)
def parse_template(text: str) -> BoundTemplate:
    """The template, checked for its grammar; parsed once for all recipients.

    raises  TemplateRefused
    """
    if len(text) > TEMPLATE_CHARACTERS_MAX:
        remedy = f"a template has at most {TEMPLATE_CHARACTERS_MAX} characters; shorten it."
        remedy_zh = f"模板最多 {TEMPLATE_CHARACTERS_MAX} 个字，请精简。"
        raise TemplateRefused(line=1, column=1, remedy=remedy, remedy_zh=remedy_zh)
    try:
        return _environment().from_string(text)
    except LiquidError as refused:
        raise _refusal_of(refused) from refused


def render_sms(
    template: str,
    values: Mapping[str, Any],
    signature: str | None = None,
    opt_out_line: str | None = OPT_OUT_LINE,
) -> RenderedSms:
    """The text one customer gets: signature first, opt-out line last, each once, on one line.

    A value of None counts as missing. Values are cleaned of line breaks and of 【】, which would forge a
    signature; a value with a link is refused, since carriers refuse it, but for our own opt-out link. Values the
    template does not name are not looked at.

    limits   TEXT_CHARACTERS_MAX characters
    raises   TemplateRefused, TemplateValueMissing, TemplateValueRefused, TextTooLong

    >>> render_sms("{{ name | default: '会员' }}您好", {"name": None}, "思屿").text
    '【思屿】会员您好，拒收请回复R'
    """
    used = {name: values[name] for name in names_used(template) if name in values}
    body = _BREAKS.sub(" ", _render(parse_template(template), _cleaned(used))).strip()
    if signature and not _SIGNED.match(body):
        body = f"【{signature}】{body}"
    if opt_out_line and opt_out_line not in body:
        body += opt_out_line if unicodedata.category(body[-1:] or " ")[0] in "PZ" else f"，{opt_out_line}"
    if len(body) > TEXT_CHARACTERS_MAX:
        raise TextTooLong(characters=len(body), characters_max=TEXT_CHARACTERS_MAX)
    return RenderedSms(body, segments_of(body))


@lru_cache(maxsize=256)
def names_used(text: str) -> frozenset[str]:
    """The variables that a template asks for, without what follows a dot.

    raises  TemplateRefused

    >>> sorted(names_used("{{ name }}{% if points > 1 %}{{ points }}{% endif %}"))
    ['name', 'points']
    """
    return frozenset(parse_template(text).analyze().globals)


def _render(template: BoundTemplate, values: dict[str, Any]) -> str:
    try:
        return template.render(values)
    except UndefinedError as missing:
        name = re.search(r"'([^']+)'", str(missing.message))
        raise TemplateValueMissing(variable=name.group(1) if name else "a value") from missing
    except LiquidError as refused:
        raise _refusal_of(refused) from refused


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _clean(name, value) for name, value in values.items() if value is not None}


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _cleaned(value)
    if not isinstance(value, str):
        return value
    if name != OPT_OUT_URL and _LINK.search(value):
        raise TemplateValueRefused(variable=name)
    return _BREAKS.sub(" ", value.replace("【", "").replace("】", "")).strip()


def _refusal_of(refused: LiquidError) -> TemplateRefused:
    place = refused.context()
    line, column = (place[0], place[1] + 1) if place else (1, 1)
    remedy_zh = "这里的写法无法识别，请检查 {{ }} 与 {% %} 是否成对、筛选器与标签是否拼写正确。"
    return TemplateRefused(line=line, column=column, remedy=f"{refused.message}.", remedy_zh=remedy_zh)
