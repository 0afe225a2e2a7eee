"""A home or a lake that was moved works where it lies now."""

from dataclasses import replace
from pathlib import Path

import pytest

from siyu.entrypoints.app import opened, set_up
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake import LakeUnavailable
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.lake_place import LakeNotThere
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_brand
from tests.conftest import NOW

pytestmark = pytest.mark.slow


def rows_in_lake(settings: Settings) -> int:
    with opened(settings) as app, app.lake.reading() as cursor:
        (count,) = cursor.execute("SELECT count(*) FROM lake.brand_1.batch").fetchone() or (0,)
        return int(count)


def test_a_moved_lake_is_followed_once_all_its_files_are_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = Settings.from_environment({"SIYU_HOME": str(home)})
    with EmbeddedPostgres(home).in_use():
        set_up(settings)
        with opened(settings) as app:
            with app.db.transaction(brand_id=None) as session:
                made = create_brand(session, code="shop", name="小店", actor=SYSTEM, now=NOW)
            migrate_brand(app.lake, brand_id=made.brand_id, now=NOW)
            with app.lake.transaction() as cursor:
                cursor.execute("INSERT INTO lake.brand_1.batch SELECT range, now(), 1 FROM range(1000)")
        moved = replace(settings, lake_path=tmp_path / "bigger disk" / "lake")
        moved.lake_path.parent.mkdir()
        with pytest.raises(LakeNotThere):
            set_up(moved)
        assert rows_in_lake(settings) == 1000
        settings.lake_path.rename(moved.lake_path)
        with pytest.raises(LakeUnavailable):
            rows_in_lake(moved)
        set_up(moved)
        assert rows_in_lake(moved) == 1000
