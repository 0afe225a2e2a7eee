"""What entrypoints name without importing exists, and nothing that a module offers is forgotten."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
import typer

from siyu.entrypoints.cli.listing import COMMANDS, ListedCommand
from siyu.entrypoints.wiring import FACT_TYPES, JOB_NAMES, JOBS, ROUTERS, SUBSCRIPTIONS, WIRING, jobs_of
from siyu.intake.contracts import ImportTarget
from siyu.kernel.abandoned import LongWork

ROOT = Path(__file__).parents[2]
# Where a module may be imported by its name: import-linter sees none of it, so only the top of the map may.
NAMES_MODULES = {
    "siyu/kernel/wiring.py",  # what resolves the names
    "siyu/kernel/lake.py",  # DuckDB's extensions, packages that hold no code
}


def python_files() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in (ROOT / "siyu").rglob("*.py")
    }


def task_modules() -> list[str]:
    return [f"siyu.{path.parent.name}.tasks" for path in sorted((ROOT / "siyu").glob("*/tasks.py"))]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_listed_command_exists_and_says_the_same_of_itself(name: str) -> None:
    later, help_line = COMMANDS[name]
    command = ListedCommand(name, later, help_line).loaded()
    assert command.name == name
    assert command.help == help_line


def test_every_command_of_a_module_is_listed() -> None:
    listed = {later.place for later, _ in COMMANDS.values()}
    groups = {
        f"{module.__name__}:{name}"
        for path in (ROOT / "siyu").glob("*/commands.py")
        for module in [import_module(f"siyu.{path.parent.name}.commands")]
        for name, value in vars(module).items()
        if isinstance(value, typer.Typer) or (name.endswith("_command") and not name.startswith("_"))
    }
    assert groups <= listed


@pytest.mark.parametrize("place", [router.place for router in ROUTERS])
def test_a_listed_router_exists(place: str) -> None:
    router = next(one for one in ROUTERS if one.place == place).found()
    assert router.routes


@pytest.mark.parametrize("module", task_modules())
def test_every_job_of_a_module_is_listed_by_its_name(module: str) -> None:
    assert JOB_NAMES[module] == tuple(job.name for job in jobs_of(module))


@pytest.mark.parametrize("module", task_modules())
def test_what_tasks_offer_beside_jobs_is_wired(module: str) -> None:
    offered = getattr(import_module(module), "LONG_WORK", ())
    assert set(offered) <= set(WIRING.of(LongWork))


def test_a_job_runs_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    tasks = import_module("siyu.outreach.tasks")
    monkeypatch.setattr(tasks, "send_due", lambda app, **arguments: told.append((app, arguments["brand_id"])))
    next(job for job in JOBS if job.name == "outreach.send").run("the app", brand_id=7)
    assert told == [("the app", 7)]


def test_a_subscriber_has_a_job_and_its_facts_are_catalogued() -> None:
    told_by_imports = {fact for target in WIRING.of(ImportTarget) for fact in target.facts}
    told_by_batches = {"identities_followed"}  # work that is no fact, but finishes a batch
    for subscription in SUBSCRIPTIONS:
        assert subscription.job in {job.name for job in JOBS}
        assert subscription.facts <= {fact.name for fact in FACT_TYPES} | told_by_imports | told_by_batches


def test_every_kind_of_file_has_a_target() -> None:
    assert len({target.kind for target in WIRING.of(ImportTarget)}) == len(WIRING.of(ImportTarget)) > 0


def test_only_entrypoints_name_modules_instead_of_importing_them() -> None:
    for file, tree in python_files().items():
        if file.startswith("siyu/entrypoints/") or file in NAMES_MODULES:
            continue
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not {"Later", "import_module", "__import__"} & (names | attributes), file
