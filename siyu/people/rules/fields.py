"""Fields that a brand adds to its customers: what a definition may say, and how values are written."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from siyu.people.errors import BadField, BadFieldValue

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TEXT_MAX, CHOICES_MAX, CHOICES_TOLD, LABEL_MAX = 500, 200, 5, 60
LABEL = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,58}[^\s\x00-\x1f\x7f])?")
WHOLE_MAX = 2**53  # what a double holds exactly
TRUE, FALSE = "true", "false"
_YES = frozenset({"true", "1", "yes", "y", "是", "有"})
_NO = frozenset({"false", "0", "no", "n", "否", "无"})


class FieldKind(StrEnum):
    """What a field holds. Stored; permanent."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    BOOLEAN = "boolean"


_NUMERIC = (FieldKind.INTEGER, FieldKind.NUMBER)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field of choices takes."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A field of a brand. `personal`: sealed, masked, never in segments. `one_holder`: no two people share a value."""

    name: str
    kind: FieldKind
    label_zh: str
    label_en: str
    choices: tuple[Choice, ...] = ()
    personal: bool = False
    searchable: bool = False
    required: bool = False
    one_holder: bool = False
    least: float | None = None
    most: float | None = None
    archived: bool = False

    @property
    def indexed(self) -> bool:
        """Whether equal values must be found."""
        return self.searchable or self.one_holder


def check_definition(field: FieldDefinition, *, before: FieldDefinition | None = None) -> None:
    """Returns if a field may be defined, or changed from `before`, like this.

    raises  BadField

    >>> check_definition(FieldDefinition("pets", FieldKind.INTEGER, "宠物数", "Pets", least=0))
    >>> check_definition(FieldDefinition("Pets", FieldKind.INTEGER, "宠物数", "Pets"))
    Traceback (most recent call last):
    siyu.people.errors.BadField: The field Pets: a name has small letters, digits and _ only, and begins with a letter.
    """
    for wrong, why, why_zh in (*_by_itself(field), *(() if before is None else _after(before, field))):
        if wrong:
            raise BadField(field=field.name[:40], why=why, why_zh=why_zh)


_Objection = tuple[bool, str, str]


def _by_itself(field: FieldDefinition) -> tuple[_Objection, ...]:
    """What can be wrong with a definition: whether it is, and what."""
    values = [one.value for one in field.choices]
    words = [word for one in field.choices for word in (one.value, one.zh, one.en)]
    labels = [field.label_zh, field.label_en, *words]
    least, most, chosen = field.least, field.most, field.kind is FieldKind.CHOICE
    limits = [one for one in (least, most) if one is not None]
    return (
        (not NAME.fullmatch(field.name),
         "a name has small letters, digits and _ only, and begins with a letter",
         "名称只能用小写字母、数字和下划线，并以字母开头"),
        (not all(LABEL.fullmatch(label) for label in labels),
         f"labels and choices need 1 to {LABEL_MAX} characters, in both languages",
         f"显示名与选项需中英文都填，各 1 到 {LABEL_MAX} 个字"),
        (len(values) > CHOICES_MAX, f"at most {CHOICES_MAX} choices", f"最多 {CHOICES_MAX} 个选项"),
        (chosen and not values, "choices are needed", "请至少给出一个选项"),
        (bool(values) and not chosen, "only a field of choices has choices", "只有选项类型可以有选项"),
        (len(set(values)) != len(values), "two choices have the same value", "有两个选项的值相同"),
        (bool(limits) and field.kind not in _NUMERIC,
         "only numbers have a least and a most", "只有数字类型可以设上下限"),
        (not all(math.isfinite(one) and abs(one) <= WHOLE_MAX for one in limits),
         "its limits are too large", "上下限过大"),
        (least is not None and most is not None and least > most,
         "the least is above the most", "下限大于上限"),
    )  # fmt: skip


def _after(before: FieldDefinition, field: FieldDefinition) -> tuple[_Objection, ...]:
    """What can be wrong with a change, now that values are kept."""
    return (
        (before.kind is not field.kind,
         "its kind cannot change, for values are kept already; add another field",
         "类型不能更改（已有数据），请新建字段"),
        (before.personal and not field.personal,
         "what was collected as personal stays so; add another field",
         "个人信息字段不能改为非个人信息，请新建字段"),
        (field.personal and not before.personal,
         "what lies open already cannot be sealed afterwards; add another field",
         "已明文保存的字段不能改为个人信息，请新建字段"),
        (field.indexed and not before.indexed,
         "values kept so far would not be found; add another field",
         "已有数据没有索引，请新建可查找的字段"),
    )  # fmt: skip


def written(field: FieldDefinition, said: object) -> str | None:
    """The value as it is kept; None for nothing said.

    raises  BadFieldValue, which never repeats the value: it may be personal

    >>> number = FieldDefinition("size", FieldKind.NUMBER, "尺码", "Size", least=30, most=50)
    >>> written(number, "38.50"), written(number, " "), written(number, 41)
    ('38.5', None, '41')
    >>> written(FieldDefinition("vip", FieldKind.BOOLEAN, "贵宾", "VIP"), "是")
    'true'
    >>> written(number, 60)
    Traceback (most recent call last):
    siyu.people.errors.BadFieldValue: Size (size): it is more than 50.
    """
    text = (
        ("true" if said else "false") if isinstance(said, bool) else "" if said is None else str(said).strip()
    )
    if not text:
        return None
    if field.kind in _NUMERIC:
        return _number(field, text)
    if field.kind is FieldKind.DATE:
        return _date(field, text)
    if field.kind is FieldKind.BOOLEAN:
        if text.lower() in _YES | _NO:
            return TRUE if text.lower() in _YES else FALSE
        raise _bad(field, "write yes or no", "请填写“是”或“否”")
    if field.kind is FieldKind.CHOICE:
        return _choice(field, text)
    if len(text) > TEXT_MAX or any(ord(one) < 32 for one in text):  # noqa: PLR2004 -- control characters
        raise _bad(field, f"at most {TEXT_MAX} characters on one line", f"最多 {TEXT_MAX} 个字，不含换行")
    return text


def compared(value: str) -> str:
    """What a value is found by: equal in spite of capitals and spaces."""
    return " ".join(value.split()).casefold()


def missing(definitions: Sequence[FieldDefinition], held: Sequence[str]) -> list[str]:
    """The required fields of which nothing is held.

    >>> missing([FieldDefinition("a", FieldKind.TEXT, "甲", "A", required=True)], [])
    ['a']
    """
    return [one.name for one in definitions if one.required and not one.archived and one.name not in held]


def _number(field: FieldDefinition, text: str) -> str:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        raise _bad(field, "write a number", "请填写数字") from None
    if not math.isfinite(value) or abs(value) > WHOLE_MAX:
        raise _bad(field, "the number is too large", "数字过大")
    if field.kind is FieldKind.INTEGER and value != int(value):
        raise _bad(field, "write a whole number", "请填写整数")
    if field.least is not None and value < field.least:
        raise _bad(field, f"it is less than {field.least:g}", f"小于下限 {field.least:g}")
    if field.most is not None and value > field.most:
        raise _bad(field, f"it is more than {field.most:g}", f"大于上限 {field.most:g}")
    return str(int(value)) if value == int(value) else repr(value)


def _date(field: FieldDefinition, text: str) -> str:
    try:
        return date.fromisoformat(text.replace("/", "-")).isoformat()
    except ValueError:
        raise _bad(field, "write a date like 2026-01-31", "请按 2026-01-31 填写日期") from None


def _choice(field: FieldDefinition, text: str) -> str:
    for one in field.choices:
        if text in (one.value, one.zh, one.en):
            return one.value
    some = "、".join(one.zh for one in field.choices[:CHOICES_TOLD])
    raise _bad(field, f"choose one of its {len(field.choices)} choices", f"请选择其中之一，如 {some}")


def _bad(field: FieldDefinition, why: str, why_zh: str) -> BadFieldValue:
    return BadFieldValue(
        field=field.name, label=field.label_en, label_zh=field.label_zh, why=why, why_zh=why_zh
    )
