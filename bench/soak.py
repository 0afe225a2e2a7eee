"""`make soak`: imports are killed at random points, again and again; nothing is lost or doubled."""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.home import import_file
from siyu.entrypoints.app import opened, set_up
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.lake import brand_schema
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_brand

KILLS = 100
ORDERS = 20_000
MAP = """
kind: orders
source: soak
grain: line
customer_namespace: member_no
columns: {order_key: order, ordered_at: at, customer_key: customer, product_key: product,
          quantity: quantity, unit_price: price}
"""
CHILD = """
import sys
from pathlib import Path
from bench.home import import_file
from bench.soak import MAP
from siyu.entrypoints.app import opened
from siyu.kernel.db import Role
from siyu.kernel.settings import Settings
from siyu.organisation.api import only_brand
with opened(Settings.from_environment({"SIYU_HOME": sys.argv[1]})) as app:
    with app.db.transaction(brand_id=None) as session:
        brand = only_brand(session)
    import_file(app, brand, Path(sys.argv[2]), map_text=MAP)
"""


def main() -> None:
    """Prints how often a child was killed, and that the totals are those of one undisturbed import."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home, file = Path(folder) / "home", Path(folder) / "orders.csv"
        wanted = _write(file)
        settings = Settings.from_environment({"SIYU_HOME": str(home)})
        set_up(settings)
        with opened(settings) as app:
            with app.db.transaction(brand_id=None) as session:
                brand = create_brand(session, code="soak", name="Soak", actor=COMMAND_LINE, now=utcnow())
            migrate_brand(app.lake, brand_id=brand.brand_id, now=utcnow())
            killed = _kill_often(home, file)
            import_file(app, brand, file, map_text=MAP)
            with app.lake.reading() as cursor:
                schema = brand_schema(brand.brand_id)
                found = cursor.execute(
                    f"SELECT count(*), sum(amount_fen)::BIGINT FROM {schema}.order_line"
                ).fetchone()
    print(f"killed {killed} of {KILLS} imports; lines and fen found {found}, wanted {wanted}")
    sys.exit(0 if found == wanted else 1)


def _kill_often(home: Path, file: Path) -> int:
    killed, luck = 0, random.Random(7)  # noqa: S311 -- repeats the same kills; no secret
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(home), str(file)], stderr=subprocess.DEVNULL
        )
        time.sleep(luck.uniform(1.0, 9.0))
        if child.poll() is None:
            child.kill()
            killed += 1
        child.wait()
    return killed


def _write(file: Path) -> tuple[int, int]:
    total = 0
    with file.open("w") as out:
        out.write("order,at,customer,product,quantity,price\n")
        for number in range(ORDERS):
            fen = 100 + number % 977
            total += 2 * fen
            out.write(
                f"S{number},2026-01-{number % 28 + 1:02d} 10:00:00,M{number % 999},P{number % 50},2,{fen / 100}\n"
            )
    return ORDERS, total


if __name__ == "__main__":
    main()
