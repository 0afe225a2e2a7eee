"""What Siyu names by a permanent code has words in the console, in both languages."""

import ast
import re
from pathlib import Path

import pytest

from siyu.organisation.rules.permissions import PERMISSIONS

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "console/src/features/organisation/words"
LANGUAGES = 2


def keys_of(file: str) -> list[str]:
    """Every key of a file of words, once for each language that has it."""
    return re.findall(r"^ +'?([\w.]+)'?: ['`]", (WORDS / file).read_text(), flags=re.MULTILINE)


def audit_actions() -> set[str]:
    """The literal actions that the code writes to the audit log."""
    return {
        keyword.value.value
        for path in (ROOT / "siyu").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
        for keyword in node.keywords
        if keyword.arg == "action" and isinstance(keyword.value, ast.Constant)
    }


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_every_permission_has_words_in_both_languages(permission: str) -> None:
    known = keys_of("access.ts")
    assert known.count(permission) == LANGUAGES
    assert known.count(permission.split(".", maxsplit=1)[0]) == LANGUAGES


@pytest.mark.parametrize("action", sorted(audit_actions()))
def test_every_audit_action_has_words_in_both_languages(action: str) -> None:
    assert keys_of("audit-actions.ts").count(action) == LANGUAGES
