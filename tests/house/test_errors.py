"""Every refusal of the program says the same in both languages, and the API document knows how refusals look."""

import importlib
import pkgutil
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import siyu
from siyu.kernel.errors import NotFound, SiyuError, registered_errors
from tests.house.walking import openapi_document


def all_refusals() -> list[type[SiyuError]]:
    """Every refusal of every module, by code."""
    for found in pkgutil.walk_packages(siyu.__path__, "siyu."):
        importlib.import_module(found.name)
    ours = (kind for kind in registered_errors().values() if kind.__module__.startswith("siyu."))
    return sorted(ours, key=lambda kind: kind.code)


def placeholders(template: str) -> set[str]:
    """The names of the details a message shows; a detail that is words may come in both languages."""
    return {name.removesuffix("_zh") for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda kind: kind.code)
def test_a_refusal_says_the_same_details_in_both_languages(refusal: type[SiyuError]) -> None:
    assert refusal.zh, f"{refusal.__name__} has no Chinese text"
    assert placeholders(refusal.zh) == placeholders(refusal.__doc__ or "")
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal.zh) or placeholders(refusal.zh)


@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda kind: kind.code)
def test_a_code_is_permanent_and_written_alike(refusal: type[SiyuError]) -> None:
    assert refusal.code.replace("_", "").isalnum()
    assert refusal.code == refusal.code.lower()


def test_whatever_may_be_missing_has_a_chinese_name() -> None:
    said = {
        noun
        for file in Path(siyu.__path__[0]).rglob("*.py")
        for noun in re.findall(r'NotFound\(what="([^"]+)"', file.read_text())
    }
    assert said
    assert said <= set(NotFound.nouns_zh)


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Every operation of the API document."""
    paths = openapi_document()["paths"].items()
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in paths
        for method, operation in methods.items()
    ]


def test_every_operation_declares_how_it_refuses() -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for name, operation in operations():
        for kind in ("4XX", "5XX"):
            declared = operation["responses"].get(kind, {}).get("content", {})
            assert any(body["schema"] == problem for body in declared.values()), (
                f"{name} says nothing of {kind}"
            )


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names)
    assert [name for name, operation in operations() if not operation.get("description")] == []
