"""An import that is struck down, with its process or with PostgreSQL, goes on or starts again without doubles."""

import os
import random
import signal
from pathlib import Path

import pytest

from siyu.entrypoints.app import opened, set_up
from siyu.intake.actions.imports import run_import
from siyu.intake.errors.files import ImportInterrupted
from siyu.intake.queries.imports import import_by_id
from siyu.intake.readers.maps import map_of_text
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_brand
from tests.intake.eventing import jobs_per_batch
from tests.intake.importing import (
    MAP,
    NOW,
    announce,
    bring,
    clock,
    expected,
    holdings,
    line,
    totals,
    write_csv,
)
from tests.intake.killing import Programs

FILE = [line(f"A{n}", who=str(n % 7), refund="0.50" if n % 5 == 0 else "") for n in range(40)]
FILE += [line(f"C{n}", who=str(n), qty="-1") for n in range(5)]
STEPS = 60  # an undisturbed import of this file takes about fifty; beyond that nobody is killed
POINTS = sorted(random.Random(7).sample(range(1, STEPS), 12))  # noqa: S311 -- which places, not a secret


@pytest.mark.slow
@pytest.mark.parametrize("step", POINTS)
@pytest.mark.parametrize("again", ["the same import", "a new one"])
def test_killed_anywhere_and_run_again_it_is_as_undisturbed(
    app: App, programs: Programs, brand_id: int, tmp_path: Path, step: int, again: str
) -> None:
    if (step in POINTS[::2]) != (again == "a new one"):
        pytest.skip("each place is tried one way")
    path = write_csv(tmp_path / "f.csv", FILE)
    import_id = announce(app, brand_id, path, MAP.format(source="till"))
    assert programs.killed("import", brand_id, import_id, step=step) in (-signal.SIGKILL, 0)
    if again == "a new one":
        bring(app, brand_id, path)
    else:
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert totals(app, brand_id) == expected(map_of_text(MAP.format(source="till"), name="m"), FILE)
    assert len(holdings(app, brand_id)["customers"]) == 7
    assert jobs_per_batch(app, brand_id) == {1}


@pytest.mark.slow
def test_postgres_gone_in_mid_import_is_told_and_the_import_goes_on_when_it_is_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = Settings.from_environment({"SIYU_HOME": str(home)})
    server = EmbeddedPostgres(home)
    with server.in_use():
        set_up(settings)
        with opened(settings) as app:
            with app.db.transaction(brand_id=None) as session:
                brand_id = create_brand(
                    session, code="gone", name="gone", time_zone="UTC", currency="CNY", actor=SYSTEM, now=NOW
                ).brand_id
            migrate_brand(app.lake, brand_id=brand_id, now=NOW)
            path = write_csv(tmp_path / "f.csv", FILE)
            import_id = announce(app, brand_id, path, MAP.format(source="till"))

            def strike(step: str, _done: int, _total: int) -> None:
                if step == "loading":
                    pid = next(home.rglob("postmaster.pid")).read_text().splitlines()[0]
                    os.kill(int(pid), signal.SIGKILL)

            with pytest.raises(ImportInterrupted, match="nothing of it is visible"):
                run_import(app, brand_id=brand_id, import_id=import_id, clock=clock, listener=strike)
            app.db.engine.dispose()
            server.start()
            with app.db.transaction(brand_id=brand_id) as session:
                assert import_by_id(session, import_id=import_id).state == "running"
            run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
            assert totals(app, brand_id) == expected(map_of_text(MAP.format(source="till"), name="m"), FILE)
