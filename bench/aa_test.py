"""An A/A test on real customers: 500 random halves of Online Retail, judged once at the end and every single day.

Customers known by 2011-09-01 get a sandbox phone and consent from a customers file; their later orders are the
conversions. Nothing was done to anybody, so an honest interval covers zero in 95 of 100 splits.

Run: python -m bench.aa_test
"""

import csv
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.home import ONLINE_RETAIL, fresh_home, import_file
from siyu.experiments.api import Contrast, Moments, anytime_interval, difference, fixed_interval, unit_share
from siyu.kernel.app import App
from siyu.kernel.lake import brand_schema
from siyu.organisation.contracts import BrandInfo
from siyu.people.api import known_customers, profiles_of

START = datetime(2011, 9, 1, tzinfo=UTC)
DAYS = 100
SPLITS = 500
QUANTILE = 0.99
CUSTOMER_MAP = """
kind: customers
source: aa-test
customer_namespace: online_retail
time_zone: Europe/London
currency: GBP
columns:
  customer_key: customer
  phone: phone
  joined_at: joined
  consent_sms: consent
  consent_source: {constant: aa-test}
  consent_at: joined
"""

Grid = NDArray[np.float64]


def main() -> None:
    """Prints the shares that the issue of an A/A test is about."""
    if not ONLINE_RETAIL.exists():
        sys.exit(f"The data set is not here: {ONLINE_RETAIL.name} is expected beside the checkout.")
    with fresh_home() as (app, brand):
        import_file(app, brand, ONLINE_RETAIL, preset="online_retail")
        counts = _import_customers(app, brand)
        print(
            f"customers known by {START:%Y-%m-%d}: {counts['customers_changed'] + counts['customers_added']}"
        )
        ids, sales = _daily_sales(app, brand)
    report(ids, sales)


def report(ids: list[int], sales: Grid) -> None:
    """The shares of splits whose intervals behave, over all splits and looks."""
    treated = np.array(
        [[unit_share(f"aa-{split}", str(unit)) < 0.5 for unit in ids] for split in range(SPLITS)], float
    )
    looks = _contrasts(treated, sales)
    fixed = _excludes_zero(*fixed_interval(looks, alpha=0.05))
    anytime = _excludes_zero(*anytime_interval(looks, alpha=0.05, planned_units=len(ids)))
    print(
        f"units {len(ids)}, looks {DAYS} (daily), splits {SPLITS}, sales winsorised at {QUANTILE:.0%} at each look"
    )
    print(f"fixed 95 % interval, at the end, covers zero:          {1 - fixed[:, -1].mean():.1%}   (93-97 %)")
    print(
        f"anytime-valid interval, daily, never excludes zero:    {1 - anytime.any(axis=1).mean():.1%}   (>= 95 %)"
    )
    print(
        f"fixed interval, looked at daily, never excludes zero:  {1 - fixed.any(axis=1).mean():.1%}   (why not)"
    )


def _import_customers(app: App, brand: BrandInfo) -> dict[str, Any]:
    """A customers file with a sandbox phone and consent for everybody whose first order was before the start."""
    with app.lake.reading() as cursor:
        rows = cursor.execute(
            f'SELECT DISTINCT customer_id FROM {brand_schema(brand.brand_id)}."order" '
            "WHERE occurred_at < ? AND customer_id IS NOT NULL ORDER BY 1", [START],
        ).fetchall()  # fmt: skip
    keys = _member_numbers(app, brand, [row[0] for row in rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("customer", "phone", "joined", "consent"))
            for number, key in enumerate(keys):
                writer.writerow((key, f"1990010{number:04d}", START.date().isoformat(), "yes"))
        return import_file(app, brand, path, map_text=CUSTOMER_MAP)


def _member_numbers(app: App, brand: BrandInfo, ids: list[int]) -> list[str]:

    numbers: list[str] = []
    with app.db.transaction(brand_id=brand.brand_id) as session:
        for start in range(0, len(ids), 500):
            found = profiles_of(
                session, cipher=app.cipher, customer_ids=ids[start : start + 500], reveal=True
            )
            numbers += [profile.identities[0].value for profile in found.values()]
    return sorted(numbers)


def _daily_sales(app: App, brand: BrandInfo) -> tuple[list[int], Grid]:
    """Every unit, and its sales net of refunds by the end of each day, as a grid of units × days in fen."""
    schema = brand_schema(brand.brand_id)
    with app.db.transaction(brand_id=brand.brand_id) as session:
        known = known_customers(session)
    ids = [row["customer_id"] for row in known.to_pylist() if row["joined_at"] is not None]
    place = {unit: number for number, unit in enumerate(ids)}
    with app.lake.reading() as cursor:
        rows = cursor.execute(
            f"""SELECT customer_id, occurred_at, paid_fen FROM {schema}."order" WHERE customer_id IS NOT NULL
                UNION ALL SELECT customer_id, occurred_at, -amount_fen FROM {schema}.refund
                WHERE customer_id IS NOT NULL"""
        ).fetchall()
    grid = np.zeros((len(ids), DAYS))
    for unit, moment, fen in rows:
        day = (moment - START) // timedelta(days=1)
        if unit in place and 0 <= day < DAYS:
            grid[place[unit], day] += fen
    assert grid.any(), (
        "none of the units bought anything: the customers file and the orders name different people"
    )
    return ids, grid.cumsum(axis=1)


def _contrasts(treated: Grid, sales: Grid) -> Contrast:
    """Treatment minus control for every split (rows) and look (columns)."""
    capped = np.minimum(sales, np.quantile(sales, QUANTILE, axis=0, method="inverted_cdf"))
    squares = capped**2
    arms = []
    for arm in (1 - treated, treated):
        n = arm.sum(axis=1, keepdims=True)
        arms.append(Moments(n=n, total=arm @ capped, squares=arm @ squares))
    return difference(arms[0], arms[1])


def _excludes_zero(low: Any, high: Any) -> NDArray[np.bool_]:
    return (np.asarray(low) > 0) | (np.asarray(high) < 0)


if __name__ == "__main__":
    main()
