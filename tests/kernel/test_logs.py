"""Logs are JSON lines without personal data."""

import json
import logging
from collections.abc import Iterator

import pytest

from siyu.kernel.logs import configure_logs, logger, without_personal_data


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Logging as it was before the test."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    logger("siyu").info("order imported", rows=3)
    (line,) = said(capsys)
    assert (line["event"], line["rows"], line["level"]) == ("order imported", 3, "info")
    assert "timestamp" in line


def test_libraries_speak_the_same_way_and_their_phones_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    logging.getLogger("somebody").warning("could not reach %s", "13912345678")
    (line,) = said(capsys)
    assert "13912345678" not in json.dumps(line)


def test_personal_fields_and_phones_in_traces_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    error = ValueError("no route to 13912345678")
    logger("siyu").error("failed", exc_info=error, phone="13912345678", token="abc", display_name="王芳")
    everything = json.dumps(said(capsys), ensure_ascii=False)
    assert "13912345678" not in everything
    assert "王芳" not in everything
    assert "ValueError" in everything


HIDDEN = [
    ("call 13912345678 now", "call 1********** now"),
    ("+8613912345678", "+861**********"),  # with its country code too
    ("order 1391234567890 is no phone", "order 1391234567890 is no phone"),
    ("12345678901", "12345678901"),
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN)
def test_phones_are_masked_and_numbers_are_not(text: str, shown: str) -> None:
    assert without_personal_data(None, "", {"event": text})["event"] == shown


def test_personal_data_inside_lists_and_mappings_is_hidden_too() -> None:
    event = without_personal_data(None, "", {"event": "x", "rows": [{"name": "王芳", "n": "13912345678"}]})
    assert "王芳" not in str(event)
    assert "13912345678" not in str(event)
