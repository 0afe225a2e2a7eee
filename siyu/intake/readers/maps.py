"""Import maps from YAML: from a file people wrote, or from the presets that come with Siyu."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from siyu.intake.contracts import MAP_LENGTH_MAX, ImportKind, ImportMap
from siyu.intake.errors.files import FileMissing, MapInvalid, PresetUnknown
from siyu.intake.rules.mapping import parse_map

ALIASES_MAX = 10
DEPTH_MAX = 20


class _TooIntricate(Exception):
    """The text has more aliases or levels than any map needs."""


class _MapLoader(yaml.SafeLoader):
    """Plain YAML of bounded depth with few aliases: a short text could otherwise mean gigabytes."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._aliases, self._depth = 0, 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self._aliases += self.check_event(yaml.AliasEvent)
        self._depth += 1
        if self._aliases > ALIASES_MAX or self._depth > DEPTH_MAX:
            raise _TooIntricate
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def load_map(path: Path) -> ImportMap:
    """The map in a YAML file.

    raises  FileMissing, MapInvalid
    """
    return map_of_text(map_text_at(path), name=path.name)


def map_text_at(path: Path) -> str:
    """The text of a map's file; of one that is too long its beginning, which map_of_text refuses.

    raises  FileMissing
    """
    if not path.is_file():
        raise FileMissing(path=path)
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.read(MAP_LENGTH_MAX + 1)


def map_of_text(text: str, *, name: str) -> ImportMap:
    """The map that a YAML text describes.

    raises  MapInvalid
    limits  200,000 characters, 10 aliases, 20 levels
    """
    return parse_map(_data_of(text, name), name=name)


def with_source(text: str, source: str, *, name: str) -> str:
    r"""The text of the same map for another source; comments stay where `source:` has a line of its own.

    raises  MapInvalid

    >>> with_source("kind: stores\nsource: a  # ours\ncolumns: {store_key: nr}", "erp 2", name="m").splitlines()
    ['kind: stores', 'source: erp 2', 'columns: {store_key: nr}']
    """
    line = "source: " + yaml.safe_dump(source, allow_unicode=True, width=10**6).removesuffix("...\n").strip()
    changed, found = re.subn(r"^source:.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    if not found:
        data = _data_of(text, name)
        if isinstance(data, dict):
            changed = yaml.safe_dump({**data, "source": source}, allow_unicode=True, sort_keys=False)
    map_of_text(changed, name=name)
    return changed


def _data_of(text: str, name: str) -> object:
    if len(text) > MAP_LENGTH_MAX:
        raise MapInvalid(
            map=name, field="the file", why=f"is longer than {MAP_LENGTH_MAX:,} characters",
            remedy="A map needs a page or two; check that this is the right file.",
        )  # fmt: skip
    try:
        data: object = yaml.load(text, _MapLoader)  # noqa: S506 -- a SafeLoader
    except _TooIntricate as error:
        raise MapInvalid(
            map=name, field="the file",
            why=f"has more than {ALIASES_MAX} aliases (*name) or {DEPTH_MAX} levels of nesting",
            remedy="Write values where they are used, as the presets do.",
        ) from error  # fmt: skip
    except (yaml.YAMLError, ValueError) as error:
        remedy = (
            "YAML wants two blanks of indent, a blank after each colon, and quotes around odd characters."
        )
        raise MapInvalid(
            map=name, field="the file", why=" ".join(str(error).split()), remedy=remedy
        ) from error
    return data


def preset_names() -> tuple[str, ...]:
    """The presets that come with Siyu, by name."""
    folder = files("siyu.intake").joinpath("presets")
    return tuple(
        sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    )


def preset_text(name: str) -> str:
    """A preset as it is written, with its comments.

    raises  PresetUnknown
    """
    if name not in preset_names():
        raise PresetUnknown(name=name, known=", ".join(preset_names()))
    return files("siyu.intake").joinpath("presets", f"{name}.yaml").read_text(encoding="utf-8")


@cache
def load_preset(name: str) -> ImportMap:
    """The map of a preset.

    raises  PresetUnknown
    """
    return map_of_text(preset_text(name), name=f"{name}.yaml")


def best_preset(header: Sequence[str], kind: ImportKind | None = None) -> str | None:
    """The preset made for a file with this header: all its columns are there, and it reads the most of them.

    A preset that brings its own header is never recognised: a file without names cannot be told by them.
    """
    columns = set(header)
    fitting = [
        (len(preset.source_columns), name)
        for name in preset_names()
        if (preset := load_preset(name)).file.header is None
        and kind in (None, preset.kind)
        and columns.issuperset(preset.source_columns)
    ]
    return max(fitting)[1] if fitting else None
