"""The columns that frames name are those of the lake's migrations."""

import ibis
import pytest

from siyu.insight.frames.stored import TRAIT
from siyu.kernel.app import App
from siyu.kernel.lake import brand_schema
from siyu.metrics.frames import ORDER, ORDER_LINE, REFUND

TABLES = {"order": ORDER, "order_line": ORDER_LINE, "refund": REFUND, "trait": TRAIT}


@pytest.mark.parametrize("name", TABLES)
def test_frames_name_columns_that_the_lake_has(app: App, brand_id: int, name: str) -> None:
    with app.lake.reading() as cursor:
        rows = cursor.execute(f'FROM {brand_schema(brand_id)}."{name}" LIMIT 0').to_arrow_table()
    found = ibis.Schema.from_pyarrow(rows.schema)
    for column, kind in TABLES[name].items():
        assert str(found[column]).split("(")[0] == kind.split("(")[0], (name, column)
    if name == "trait":
        assert list(found) == list(TRAIT)
