"""`make bench`: one table of what each part of the loop costs, each beside the bare work by hand in the same run."""

import resource
import sys
import tarfile
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bench import floors, ingest, people
from bench.home import ONLINE_RETAIL, fresh_home, import_file
from bench.machine import HEAD, Figure, side_by_side
from bench.sending import campaign_send
from siyu.insight.api import brand_view, refresh
from siyu.intake.api import undo_import
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import parse_moment, utcnow
from siyu.kernel.lake import brand_schema
from siyu.organisation.contracts import BrandInfo
from siyu.segments.api import count

AS_OF = parse_moment("2011-12-10", "Europe/London")
SEGMENT = {
    "and": [
        {"trait": "orders_365d", "op": ">=", "value": 2},
        {"trait": "sales_365d_fen", "op": ">=", "value": 50_000},
        {"or": [{"trait": "stage", "op": "in", "value": ["dormant", "lost"]},
                {"not": {"trait": "rfm_class", "op": "=", "value": "111"}}]},
    ]
}  # fmt: skip


def main() -> None:
    """The table on standard output."""
    if not ONLINE_RETAIL.exists():
        sys.exit(f"The data set is not here: {ONLINE_RETAIL.name} is expected beside the checkout.")
    print(HEAD)
    with fresh_home() as (app, brand), tempfile.TemporaryDirectory() as folder:
        with tarfile.open(ONLINE_RETAIL) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    (Path(folder) / Path(member.name).name).write_bytes(content.read())
        print(importing(app, brand, Path(folder)).line(), flush=True)
        import_file(app, brand, ONLINE_RETAIL, preset="online_retail")
        print(refreshing(app, brand).line(), flush=True)
        print(counting(app, brand).line(), flush=True)
    print(campaign_send().line(), flush=True)
    for line in ingest.lines():
        print(line, flush=True)
    for line in people.lines():
        print(line, flush=True)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def importing(app: App, brand: BrandInfo, folder: Path) -> Figure:
    """541,909 lines from the packed file to the lake; the floor reads the unpacked CSV straight into two tables."""
    last: list[int] = []

    def ours() -> None:
        if last:
            undo_import(app, brand_id=brand.brand_id, import_id=last.pop(), actor=COMMAND_LINE, now=utcnow())
        begun = time.perf_counter()
        counts = import_file(app, brand, ONLINE_RETAIL, preset="online_retail")
        last.append(counts["import_id"])
        spent.append(time.perf_counter() - begun)

    spent: list[float] = []
    figure = side_by_side(
        "import",
        "541,909 lines, file to lake",
        ours=ours,
        floor=lambda: floors.load(app, brand, folder),
        goal="≤ 10 s",
    )
    undo_import(app, brand_id=brand.brand_id, import_id=last.pop(), actor=COMMAND_LINE, now=utcnow())
    return Figure(
        figure.name,
        figure.work,
        sorted(spent[1:])[len(spent[1:]) // 2],
        figure.floor,
        figure.quiet,
        figure.goal,
    )


def refreshing(app: App, brand: BrandInfo) -> Figure:
    """All traits, RFM and stages of 4,372 customers; the floor is one statement by hand for the same columns."""
    moments = iter(AS_OF + timedelta(seconds=second) for second in range(100))
    return side_by_side(
        "refresh",
        "27 traits, RFM, stages of 4,372 customers",
        ours=lambda: _refresh(app, brand, next(moments)),
        floor=lambda: floors.traits(app, brand, AS_OF),
    )


def counting(app: App, brand: BrandInfo) -> Figure:
    """A segment of five conditions; the floor is the same condition by hand on the same table."""
    newest = _newest(app, brand)
    with app.db.transaction(brand_id=brand.brand_id) as session:
        view = brand_view(session)

        def ours() -> None:
            with app.lake.transaction() as cursor:
                count(cursor, view, SEGMENT, newest)

        return side_by_side(
            "segment count",
            "5 conditions, 4,372 customers",
            ours=ours,
            floor=lambda: floors.segment(app, brand),
        )


def _refresh(app: App, brand: BrandInfo, as_of: datetime) -> None:
    refresh(app, brand_id=brand.brand_id, as_of=as_of, now=utcnow())


def _newest(app: App, brand: BrandInfo) -> datetime:
    with app.lake.reading() as cursor:
        row = cursor.execute(
            f"SELECT max(as_of) FROM {brand_schema(brand.brand_id)}.trait_refresh"
        ).fetchone()
    assert row is not None
    found: datetime = row[0]
    return found


if __name__ == "__main__":
    main()
