"""What the lake holds of a person: facts under a number, which stay, and words that people wrote, which go."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from siyu.kernel.app import App
from siyu.kernel.facts import FactType, rows_lock
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet

ROWS_MAX = 100_000
OF_CUSTOMERS = """
    SELECT table_name FROM information_schema.columns
    WHERE table_catalog = 'lake' AND table_schema = ? AND column_name = 'customer_id' ORDER BY table_name
"""
WRITTEN = Said("事件中可能由人填写的文字", "words in events that somebody may have written")
NUMBERED = Said("编号下的事实", "facts under the number")
WHY_FACTS = Said(
    "销售额与统计须保持不变；事实中没有姓名与号码。数据湖的旧版本文件由夜间清理在 7 天内移除。",
    "Sales and statistics stay as they were; facts hold no names or numbers. Older versions of lake files are removed "
    "by the nightly retention within 7 days.",
)


class FactsPart:
    """Every lake table with a customer's number, whoever publishes into it."""

    name = "facts"
    tables: Mapping[str, str] = {}

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """Rows by table, and rows in which words are left."""
        texts, found = _texts(app), []
        with app.lake.reading() as cursor:
            for table in tables_of(cursor, person.brand_id):
                place = f'{brand_schema(person.brand_id)}."{table}"'
                facts = _count(cursor, place, person, "true")
                if facts:
                    found.append(Holding(f"lake.{table}", NUMBERED, facts, Fate.KEPT, WHY_FACTS))
                if table in texts:
                    wordy = " OR ".join(f'"{column}" IS NOT NULL' for column in texts[table])
                    words = _count(cursor, place, person, wordy)
                    found.append(Holding(f"lake.{table}.texts", WRITTEN, words, Fate.REMOVED))
        return tuple(found)

    def forget(self, app: App, person: Person, *, now: datetime) -> None:  # noqa: ARG002 -- the protocol's
        """The words are gone; every fact is still there."""
        with app.db.alone(rows_lock(person.brand_id)) as held, app.lake.transaction(held) as cursor:
            for table, columns in sorted(_texts(app).items()):
                emptied = ", ".join(f'"{column}" = NULL' for column in columns)
                wordy = " OR ".join(f'"{column}" IS NOT NULL' for column in columns)
                cursor.execute(
                    f'UPDATE {brand_schema(person.brand_id)}."{table}" SET {emptied} '
                    f"WHERE customer_id IN ({_ids(person)}) AND ({wordy})"
                )

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Every fact of the person, by table; those without any are left out. limits: 100,000 a table."""
        told = {one.name: one for one in app.wiring.of(FactType)}
        sheets = []
        with app.lake.reading() as cursor:
            for table in tables_of(cursor, person.brand_id):
                rows = rows_of(
                    cursor,
                    f'SELECT * FROM {brand_schema(person.brand_id)}."{table}" '
                    f"WHERE customer_id IN ({_ids(person)}) LIMIT {ROWS_MAX}",
                )
                if rows:
                    said = told[table].definition if table in told else {}
                    title = Said(said.get("zh", table), said.get("en", table))
                    sheets.append(Sheet(table, title, rows))
        return tuple(sheets)


def tables_of(cursor: LakeCursor, brand_id: int) -> list[str]:
    """The lake tables of a brand that have a customer's number."""
    schema = brand_schema(brand_id).removeprefix("lake.")
    return [name for (name,) in cursor.execute(OF_CUSTOMERS, [schema]).fetchall()]


def sales_of(app: App, person: Person) -> dict[str, dict[str, int]]:
    """What the person bought, gave back and never paid: rows and fen by table. Equal before and after an erasure."""
    columns = {
        "order": "paid_fen",
        "order_line": "amount_fen",
        "refund": "amount_fen",
        "order_placed": "amount_fen",
    }
    found = {}
    with app.lake.reading() as cursor:
        for table, column in columns.items():
            (row,) = rows_of(
                cursor,
                f'SELECT count(*) AS "rows", CAST(coalesce(sum("{column}"), 0) AS BIGINT) AS fen '
                f'FROM {brand_schema(person.brand_id)}."{table}" WHERE customer_id IN ({_ids(person)})',
            )
            found[table] = {"rows": int(row["rows"]), "fen": int(row["fen"])}
    return found


def _texts(app: App) -> dict[str, Sequence[str]]:
    """The columns of each fact in which people may have written something."""
    return {one.name: sorted(one.texts) for one in app.wiring.of(FactType) if one.texts}


def _count(cursor: LakeCursor, place: str, person: Person, condition: str) -> int:
    row = cursor.execute(
        f"SELECT count(*) FROM {place} WHERE customer_id IN ({_ids(person)}) AND ({condition})"
    ).fetchone()
    return int(row[0]) if row else 0


def _ids(person: Person) -> str:
    return ", ".join(str(int(one)) for one in person.customer_ids)
