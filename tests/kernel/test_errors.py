"""A refusal is one class: its docstring is what people read, in both languages."""

import pytest

from siyu.kernel.errors import NotFound, SiyuError


def test_a_refusal_says_its_details_on_one_line_in_both_languages() -> None:
    refusal = NotFound(what="segment", key=17)
    assert refusal.message.startswith("There is no segment 17.")
    assert refusal.said_in("zh-CN").startswith("没有找到人群 17")
    assert "\n" not in refusal.message


def test_a_detail_that_was_forgotten_does_not_hide_the_refusal() -> None:
    assert "<key>" in NotFound(what="segment").message


def test_details_with_braces_are_not_read_as_placeholders() -> None:
    assert "{key}" in NotFound(what="{key}", key=1).message


BROKEN = [
    ({"code": "x_1", "status": 409}, "needs a docstring"),
    ({"__doc__": "Said.", "status": 409}, "needs a code"),
    ({"__doc__": "Said.", "code": "x_2", "status": 200}, "must be 4xx or 5xx"),
    ({"__doc__": "Said.", "code": "not_found", "status": 404}, "is taken by NotFound"),
]


@pytest.mark.parametrize(("body", "why"), BROKEN)
def test_an_incomplete_refusal_fails_at_import(body: dict[str, object], why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        type("Incomplete", (SiyuError,), {"__module__": "tests", "__qualname__": "Incomplete", **body})
