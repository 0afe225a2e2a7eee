"""Sizes, names and places of files: what a reader may count on without looking."""

import ast
import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_LINES_MAX, PAGE_LINES_MAX, FUNCTION_LINES_MAX, README_LINES_MAX = 400, 250, 60, 40
FILES = {
    "__init__", "routes", "tasks", "commands", "schemas", "api", "actions", "queries", "frames", "models", "gateways",
    "rules", "errors", "contracts",
}  # fmt: skip
# What a module has beside the files that every module may have, and why.
MORE_FILES = {
    "organisation": {"access"},  # who is asking: the dependency of every route
    "intake": {"readers"},  # file formats, which no other module reads
}
FREE_OF_FILE_RULES = {"kernel", "entrypoints", "demo"}


def tracked() -> list[Path]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def modules() -> list[str]:
    """The folders of siyu/."""
    return sorted(path.parent.name for path in (ROOT / "siyu").glob("*/__init__.py"))


def test_no_file_grows_past_its_limit() -> None:
    limits = {".py": FILE_LINES_MAX, ".tsx": PAGE_LINES_MAX, ".ts": FILE_LINES_MAX}
    generated = ROOT / "console" / "src" / "client" / "schema.d.ts"
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path != generated
        and (lines := len(path.read_bytes().splitlines())) > limits.get(path.suffix, lines)
    }
    assert long == {}


def test_no_function_grows_past_its_limit() -> None:
    long: list[str] = []
    migrations = ROOT / "migrations"  # a migration lists tables and is never edited
    for path in (path for path in tracked() if path.suffix == ".py" and migrations not in path.parents):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines} lines")
    assert long == []


def test_every_module_explains_itself_in_a_short_readme() -> None:
    for module in set(modules()) - {"kernel", "entrypoints"}:
        readme = ROOT / "siyu" / module / "README.md"
        assert readme.exists(), f"siyu/{module} has no README.md"
        lines = len(readme.read_text().splitlines())
        assert lines <= README_LINES_MAX, f"siyu/{module}/README.md has {lines} lines"


def test_every_folder_of_siyu_is_a_module_on_the_map() -> None:
    folders = {path.name for path in (ROOT / "siyu").iterdir() if path.is_dir()} - {
        "__pycache__",
        "_resources",
    }
    assert folders == set(modules()), "a folder without __init__.py escapes the contracts"
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    placed = set(re.findall(r"\w+", config["importlinter:contract:map"]["layers"]))
    assert folders == placed


def test_modules_hold_only_files_with_agreed_names() -> None:
    for module in set(modules()) - FREE_OF_FILE_RULES:
        folder = ROOT / "siyu" / module
        names = {path.stem for path in folder.glob("*.py")} | {
            path.parent.name for path in folder.glob("*/*.py")
        }
        assert names - FILES - MORE_FILES.get(module, set()) == set(), f"siyu/{module}"


MACHINE_PATHS = re.compile(r"(?<![\w.$}~-])/(?:work|root|home/\w+|Users/\w+|opt/wheels|opt/pypi)(?:/|\b)")
REGISTRY_HOSTS = re.compile(
    r"https?://[\w.-]*(?:py[p]i\.org|pythonhoste[d]\.org|registry\.npmj[s]\.org|npmmirro[r]\.com|tun[a]\.tsinghua|"
    r"registry\.yarnpkg|docker\.io|ghcr\.io|quay\.io)|--(?:extra-)?index-url",
    re.IGNORECASE,
)
TEXT = {".py", ".md", ".toml", ".txt", ".in", ".cfg", ".ini", ".yaml", ".yml", ".json", ".ts", ".tsx", ".sql", ".mako",
        ".service", ".html", ".css", ""}  # fmt: skip


def test_no_file_names_a_machine_or_a_registry() -> None:
    here = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in tracked()
        if path.suffix in TEXT and path != here
        for pattern in (MACHINE_PATHS, REGISTRY_HOSTS)
        for match in pattern.finditer(path.read_text(errors="replace"))
    ]
    assert found == []


def test_every_pinned_dependency_carries_hashes() -> None:
    for name in ("runtime.txt", "dev.txt"):
        pins = re.split(r"\n(?=\S)", (ROOT / "requirements" / name).read_text().strip())
        assert pins
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
