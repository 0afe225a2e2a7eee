"""The contracts of .importlinter hold, and each of them can fail."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).parent / "lint-imports"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the program that a test may spoil."""
    for package in ("siyu", "siyu_sandbox"):
        skipped = shutil.ignore_patterns("__pycache__", "_resources")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=skipped)
    (tmp_path / "tests" / "house").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "house" / "doors.py", tmp_path / "tests" / "house")
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[int, str]:
    """The exit code of lint-imports there, and what it says."""
    done = subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_every_contract_holds(copied: Path) -> None:
    code, said = lint(copied)
    assert code == 0, said


@pytest.mark.slow
def test_a_folder_nobody_placed_is_refused(copied: Path) -> None:
    (copied / "siyu" / "gadgets").mkdir()
    (copied / "siyu" / "gadgets" / "__init__.py").write_text('"""A module nobody decided on."""\n')
    code, said = lint(copied)
    assert code != 0
    assert "siyu.gadgets" in said


SPOILED = [
    # a rule that reads the database
    ("people/rules/graph.py", "import sqlalchemy", "siyu.people.rules"),
    # a lower module that knows a higher one
    ("people/queries/links.py", "import siyu.intake.contracts", "siyu.people"),
    # a module that walks past another's door
    (
        "intake/readers/source.py",
        "import siyu.people.models",
        "siyu.intake.readers.source -> siyu.people.models",
    ),
    # DuckDB outside the kernel
    ("metrics/queries.py", "import duckdb", "siyu.metrics.queries -> duckdb"),
    # HTTP from an action
    ("people/actions/__init__.py", "import httpx", "siyu.people.actions -> httpx"),
    # a file that imports the row above its own
    ("people/errors.py", "import siyu.people.queries", "siyu.people.errors"),
    # Siyu knowing its vendors' stand-in
    ("outreach/errors.py", "import siyu_sandbox.rules", "siyu_sandbox"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "line", "named"), SPOILED)
def test_a_forbidden_import_is_named(copied: Path, file: str, line: str, named: str) -> None:
    path = copied / "siyu" / file
    path.write_text(path.read_text() + f"\n{line}\n")
    code, said = lint(copied)
    assert code != 0
    assert named in said.replace("\n", "")


def test_modules_with_files_are_all_layered_inside() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    layered = set(config["importlinter:contract:files"]["containers"].split())
    free = {"kernel", "entrypoints", "demo"}
    folders = {path.parent.name for path in (ROOT / "siyu").glob("*/__init__.py")}
    assert layered == {f"siyu.{name}" for name in folders - free}
