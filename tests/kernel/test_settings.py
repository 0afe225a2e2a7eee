"""The environment is read once, and a misspelt variable is refused rather than ignored."""

import dataclasses
from pathlib import Path

import pytest

from siyu.kernel.settings import KNOWN, BadSetting, Settings, UnknownSetting


def test_a_misspelt_variable_is_refused_with_a_guess() -> None:
    with pytest.raises(UnknownSetting) as refused:
        Settings.from_environment({"SIYU_DATABSE_URL": "postgresql://x"})
    assert "did you mean SIYU_DATABASE_URL?" in refused.value.message


def test_other_programs_variables_are_none_of_our_business() -> None:
    assert Settings.from_environment({"PATH": "x", "SIYUAN": "y"}).database_url is None


def test_everything_lies_under_the_home_unless_said_otherwise(tmp_path: Path) -> None:
    plain = Settings.from_environment({"SIYU_HOME": str(tmp_path)})
    assert (plain.lake_path, plain.key_file) == (tmp_path / "lake", tmp_path / "secret.key")
    moved = Settings.from_environment(
        {"SIYU_HOME": str(tmp_path), "SIYU_LAKE": "/srv/lake", "SIYU_KEY_FILE": "/k"}
    )
    assert (moved.lake_path, moved.key_file) == (Path("/srv/lake"), Path("/k"))


def test_a_relative_home_becomes_absolute() -> None:
    assert Settings.from_environment({"SIYU_HOME": "here"}).home.is_absolute()


@pytest.mark.parametrize("port", ["", "0", "65536", "eighty", "-1", "80.5"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(BadSetting):
        Settings.from_environment({"SIYU_PORT": port})


@pytest.mark.parametrize("memory", ["4", "0GB", "lots", "4 GB", "-1GB", "1.5GB"])
def test_a_memory_that_is_none_is_refused(memory: str) -> None:
    with pytest.raises(BadSetting):
        Settings.from_environment({"SIYU_LAKE_MEMORY": memory})
    assert Settings.from_environment({"SIYU_LAKE_MEMORY": "512MB"}).lake_memory == "512MB"


def test_settings_do_not_change() -> None:
    settings = Settings.from_environment({})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_every_setting_has_a_variable() -> None:
    fields = {f"SIYU_{field.name.upper()}".replace("_PATH", "") for field in dataclasses.fields(Settings)}
    assert fields - set(KNOWN) == set()
