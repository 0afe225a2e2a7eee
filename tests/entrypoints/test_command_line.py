"""The `siyu` program: what it says and which code it ends with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from siyu.entrypoints.cli.listing import COMMANDS

SIYU = Path(sys.executable).parent / "siyu"


def siyu(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The program, run in a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIYU_")}
    environment = {**kept, "SIYU_HOME": str(home), "COLUMNS": "200", **variables}
    return subprocess.run(
        [SIYU, *arguments],
        env=environment,
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


ENGINES = {"alembic", "duckdb", "fastapi", "ibis", "procrastinate", "scipy", "sqlalchemy"}
LOADED = [
    # help: nothing but the list of commands
    ("siyu.entrypoints.cli", set()),
    # the statistics of a file: what computes them
    ("siyu.experiments.commands", {"duckdb", "scipy"}),
    # a doctor who finds no home
    ("siyu.entrypoints.cli.health", set()),
    # an import, which ends with a refresh: no server and no statistics
    ("siyu.intake.commands.imports, siyu.entrypoints.cli.finishing", ENGINES - {"fastapi", "scipy"}),
]


@pytest.mark.parametrize(("modules", "allowed"), LOADED)
def test_a_command_loads_no_engine_that_it_does_not_need(modules: str, allowed: set[str]) -> None:
    program = f"import sys, siyu.entrypoints.cli, {modules}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ENGINES & set(done.stdout.split()) <= allowed


@pytest.mark.slow
def test_help_lists_every_command(tmp_path: Path) -> None:
    done = siyu(tmp_path / "home", "--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert f" {name} " in done.stdout


MISUSES = [["nonsense"], ["brand", "nonsense"], ["doctor", "--nonsense"], ["backup"]]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", MISUSES, ids=" ".join)
def test_misuse_is_explained_without_a_trace(tmp_path: Path, arguments: list[str]) -> None:
    done = siyu(tmp_path / "home", *arguments)
    assert done.returncode == 2
    assert "Usage" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_misspelt_setting_is_refused_with_a_guess(tmp_path: Path) -> None:
    done = siyu(tmp_path / "home", "doctor", SIYU_PROT="9000")
    assert done.returncode == 2
    assert "did you mean SIYU_PORT?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_command_in_no_home_says_what_to_run(tmp_path: Path) -> None:
    done = siyu(tmp_path / "home", "brand", "list")
    assert done.returncode == 2
    assert "siyu init" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_the_doctor_of_an_empty_folder_finds_what_is_missing(tmp_path: Path) -> None:
    done = siyu(tmp_path / "home", "doctor", "--json")
    findings = {finding["part"]: finding for finding in json.loads(done.stdout)}
    assert findings["python"]["well"]
    assert not findings["key"]["well"]
    assert done.returncode == 1


@pytest.mark.slow
def test_a_home_is_set_up_once_and_found_well(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert siyu(home, "init").returncode == 0
    key = (home / "secret.key").read_bytes()
    assert siyu(home, "init").returncode == 0
    assert (home / "secret.key").read_bytes() == key
    findings = json.loads(siyu(home, "doctor", "--json").stdout)
    assert [
        finding for finding in findings if not finding["well"] and finding["part"] not in ("console", "disk")
    ] == []
    assert siyu(home, "brand", "add", "shop", "小店").returncode == 0
    assert json.loads(siyu(home, "brand", "list").stdout)[0]["code"] == "shop"
    (home / "secret.key").chmod(0o644)
    refused = siyu(home, "brand", "list")
    assert refused.returncode == 1
    assert "chmod 600" in refused.stderr
