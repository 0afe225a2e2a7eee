"""A template is read before it is sent: every fault with its place and what to do about it."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from liquid import BoundTemplate

from siyu.outreach.contracts import MessageClass
from siyu.outreach.errors import TemplateRefused
from siyu.outreach.rules.asking import missing_words
from siyu.outreach.rules.cost import TEXT_CHARACTERS_MAX, segments_of
from siyu.outreach.rules.opt_out import OPT_OUT_URL
from siyu.outreach.rules.template import OPT_OUT_LINE, allowed_filters, parse_template
from siyu.outreach.rules.values import LINK
from siyu.outreach.rules.words import FORBIDDEN_TOPICS, REMEDIES, SUPERLATIVES

SUGGESTIONS_MAX = 5
_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_SIGNATURE = re.compile(r"\s*【([^【】]*)】")
_OPT_OUT = re.compile(r"拒收请回复\s*(?:R|T|TD|N)\b|退订(?:请)?回复?\s*(?:R|T|TD|N)\b|回复?(?:R|TD|T|N)退订")
_OWN_LINK = re.compile(r"\{\{\s*" + OPT_OUT_URL + r"\s*\}\}")
_LINK = re.compile(
    r"(?:https?://|www\.|(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|vip|shop|cc|me|io)\b|\}\}\.[a-z]{2,}\b)"
    r"(?:\{\{.*?\}\}|\{%.*?%\}|[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])*",
    re.IGNORECASE,
)


class Severity(StrEnum):
    """An error keeps the campaign from starting; a warning is for the author to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `line` and `column` count from 1; `excerpt` is what stands there."""

    code: str
    severity: Severity
    line: int
    column: int
    excerpt: str
    remedy: str
    remedy_zh: str


def lint_template(
    text: str,
    known_variables: Iterable[str],
    *,
    signature: str | None = None,
    opt_out_line: str | None = OPT_OUT_LINE,
    message_class: MessageClass = MessageClass.MARKETING,
) -> list[Finding]:
    """What is wrong with a template, in the order of the text. `signature` and `opt_out_line` are what
    rendering will add.

    A dotted variable is known if it or the part before a dot is.

    >>> [f.code for f in lint_template("{{ nmae }}您好", ["name"], signature="思屿")]
    ['unknown_variable']
    >>> lint_template("{{ nmae }}您好", ["name"], signature="思屿")[0].remedy
    'There is no variable nmae. Known: name.'
    """
    if not text.strip():
        return [_finding("empty_template", text, 0, "")]
    try:
        template = parse_template(text)
    except TemplateRefused as refused:
        return [_syntax_error(text, refused)]
    marketing = message_class is not MessageClass.TRANSACTIONAL
    findings = [
        *_unknown_names(text, template, sorted(set(known_variables))),
        *_signature_faults(text, signature),
        *_opt_out_faults(text, opt_out_line if marketing else None, wanted=marketing),
        *_link_faults(text),
        *_length_faults(text, signature, opt_out_line if marketing else None),
        *(_wording_faults(text) if marketing else ()),
        *(_unsaid(text) if message_class is MessageClass.CONSENT_REQUEST else ()),
    ]
    return sorted(findings, key=lambda finding: (finding.line, finding.column))


def offers_opt_out(text: str) -> bool:
    """Whether a text tells people how to refuse, in words that carriers look for.

    >>> offers_opt_out("拒收请回复R"), offers_opt_out("谢谢")
    (True, False)
    """
    return _OPT_OUT.search(text) is not None


def _finding(
    code: str,
    text: str,
    index: int,
    excerpt: str,
    *,
    detail: object = "",
    detail_zh: object = "",
    severity: Severity = Severity.ERROR,
) -> Finding:
    before = text[:index]
    line, column = before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1
    remedy, remedy_zh = (
        words.format(excerpt=excerpt, detail=detail, detail_zh=detail_zh) for words in REMEDIES[code]
    )
    return Finding(code, severity, line, column, excerpt, remedy, remedy_zh)


def _syntax_error(text: str, refused: TemplateRefused) -> Finding:
    line, column = refused.details["line"], refused.details["column"]
    rows = text.split("\n")
    index = sum(len(row) + 1 for row in rows[: line - 1]) + column - 1
    excerpt = rows[line - 1][column - 1 :][:20] if line <= len(rows) else ""
    detail, detail_zh = str(refused.details["remedy"]).rstrip("."), refused.details["remedy_zh"]
    return _finding("syntax_error", text, index, excerpt, detail=detail, detail_zh=detail_zh)


def _unknown_names(text: str, template: BoundTemplate, known: list[str]) -> Iterator[Finding]:
    analysis = template.analyze()
    for uses in analysis.globals.values():
        for use in uses:
            name = str(use)
            heads = {name[:end] for end in range(1, len(name) + 1) if name[end : end + 1] in ("", ".", "[")}
            if heads.isdisjoint(known):
                near = difflib.get_close_matches(name, known, SUGGESTIONS_MAX) or known[:SUGGESTIONS_MAX]
                detail = ", ".join(near) or "—"
                yield _finding("unknown_variable", text, use.span.index, name, detail=detail)
    filters = sorted(allowed_filters())
    for name, spans in analysis.filters.items():
        if name in filters:
            continue
        near = difflib.get_close_matches(name, filters, SUGGESTIONS_MAX) or filters
        for span in spans:
            yield _finding("unknown_filter", text, span.index, name, detail=", ".join(near))


def _signature_faults(text: str, signature: str | None) -> Iterator[Finding]:
    found = _SIGNATURE.match(text)
    if found is None and not signature:
        yield _finding("missing_signature", text, 0, "")
    elif found and signature and found.group(1) != signature:
        excerpt = found.group().strip()
        yield _finding("other_signature", text, text.index("【"), excerpt, detail=signature)


def _opt_out_faults(text: str, opt_out_line: str | None, *, wanted: bool) -> Iterator[Finding]:
    if wanted and not opt_out_line and not offers_opt_out(text):
        yield _finding("missing_opt_out", text, len(text), "", detail=OPT_OUT_LINE)


def _link_faults(text: str) -> Iterator[Finding]:
    for link in _LINK.finditer(text):
        if "{{" in link.group() or "{%" in link.group() or link.group().startswith("}}"):
            yield _finding("variable_in_link", text, link.start(), link.group())
    for link in _OWN_LINK.finditer(text):
        yield _finding("opt_out_link", text, link.start(), link.group(), severity=Severity.WARNING)


def _length_faults(text: str, signature: str | None, opt_out_line: str | None) -> Iterator[Finding]:
    fixed = _MARKUP.sub("", _OWN_LINK.sub(LINK.sample, text))
    added = f"【{signature}】" if signature and "【" not in fixed else ""
    added += f"，{opt_out_line}" if opt_out_line and opt_out_line not in fixed else ""
    segments = segments_of(fixed + added)
    if len(fixed + added) > TEXT_CHARACTERS_MAX:
        yield _finding("too_long", text, len(text), "", detail=len(fixed + added))
    elif segments > 1:
        yield _finding("several_segments", text, len(text), "", detail=segments, severity=Severity.WARNING)


def _unsaid(text: str) -> Iterator[Finding]:
    for part in missing_words(_MARKUP.sub("", text)):
        yield _finding(f"asking_without_{part.value}", text, len(text), "")


def _wording_faults(text: str) -> Iterator[Finding]:
    for topic, pattern in FORBIDDEN_TOPICS.items():
        for word in pattern.finditer(text):
            excerpt, start = word.group(), word.start()
            yield _finding("forbidden_topic", text, start, excerpt, detail=topic, severity=Severity.WARNING)
    for word in SUPERLATIVES.finditer(text):
        yield _finding("superlative", text, word.start(), word.group(), severity=Severity.WARNING)
