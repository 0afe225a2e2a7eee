"""A fresh home for a measurement, and the real data that lies beside the checkout."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from siyu.entrypoints.app import opened, set_up
from siyu.intake.api import ImportOrder, content_sha256, request_import, run_import
from siyu.intake.readers.maps import preset_text
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.logs import configure_logs
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_brand
from siyu.organisation.contracts import BrandInfo

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
ONLINE_RETAIL = DATA / "online_retail" / "retail-data-by-day.tar.gz"


@contextmanager
def fresh_home(
    *, currency: str = "GBP", zone: str = "Europe/London", folder: Path | None = None, lake_memory: str = ""
) -> Iterator[tuple[App, BrandInfo]]:
    """A home with one empty brand, thrown away at the end; in `folder`, and DuckDB held to so much, if given."""
    configure_logs("warning")  # only warnings stand between the figures
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
        settings = Settings.from_environment({"SIYU_HOME": place, "SIYU_LAKE_MEMORY": lake_memory})
        set_up(settings)
        with opened(settings) as app:
            with app.db.transaction(brand_id=None) as session:
                brand = create_brand(
                    session, code="bench", name="Bench", time_zone=zone, currency=currency,
                    actor=COMMAND_LINE, now=utcnow(),
                )  # fmt: skip
            migrate_brand(app.lake, brand_id=brand.brand_id, now=utcnow())
            yield app, brand


def import_file(
    app: App, brand: BrandInfo, path: Path, *, preset: str = "", map_text: str = ""
) -> dict[str, Any]:
    """The file is imported by a preset or a map of one's own; its counts come back."""
    with app.db.transaction(brand_id=brand.brand_id) as session:
        import_id = request_import(
            session, order=ImportOrder(path, map_text or preset_text(preset)), sha256=content_sha256(path),
            actor=COMMAND_LINE, now=utcnow(), in_background=False,
        )  # fmt: skip
    counts = run_import(app, brand_id=brand.brand_id, import_id=import_id, clock=utcnow)
    return {**counts, "import_id": import_id}
