"""Import maps from YAML: from a file people wrote, or from the presets that come with Siyu."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from siyu.intake.contracts import ImportKind, ImportMap
from siyu.intake.errors import FileMissing, MapInvalid, PresetUnknown
from siyu.intake.rules.mapping import parse_map

MAP_BYTES_MAX = 1 << 20


def load_map(path: Path) -> ImportMap:
    """The map in a YAML file.

    raises  FileMissing, MapInvalid
    """
    if not path.is_file():
        raise FileMissing(path=path)
    return map_of_text(path.read_text(encoding="utf-8-sig", errors="replace")[:MAP_BYTES_MAX], name=path.name)


def map_of_text(text: str, *, name: str) -> ImportMap:
    """The map that a YAML text describes.

    raises  MapInvalid
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        remedy = (
            "YAML wants two blanks of indent, a blank after each colon, and quotes around odd characters."
        )
        raise MapInvalid(
            map=name, field="the file", why=" ".join(str(error).split()), remedy=remedy
        ) from error
    return parse_map(data, name=name)


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
