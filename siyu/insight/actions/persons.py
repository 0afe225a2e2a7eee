"""What insight holds of a person: words that they wrote, in the values of declared traits that a refresh stored."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from siyu.insight.actions.refresh import hold_refreshes
from siyu.insight.queries.stored import newest_refresh
from siyu.kernel.app import App
from siyu.kernel.lake import LakeCursor, brand_schema
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet

WORDS = Said(
    "自有指标的值中可能由人填写的文字", "words that somebody may have written, as values of declared traits"
)


class InsightPart:
    """The columns of `trait` that hold declared traits over words; its other columns are facts under the number.

    A refresh that is at work has read the words before they were emptied, and would store them again: it is waited
    for, also by who looks whether anything is left.
    """

    name = "insight"
    tables: Mapping[str, str] = {}

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """Rows in which words are left; nothing where no trait holds any."""
        with _trait_words(app, person) as (cursor, columns):
            if not columns:
                return ()
            table, where = _rows(person, columns)
            row = cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
        return (Holding("lake.trait.words", WORDS, int(row[0]) if row else 0, Fate.REMOVED),)

    def forget(self, app: App, person: Person, *, now: datetime) -> None:  # noqa: ARG002 -- the protocol's
        """The values are unknown; the next refresh finds the facts without their words."""
        with _trait_words(app, person) as (cursor, columns):
            if columns:
                table, where = _rows(person, columns)
                emptied = ", ".join(f'"{column}" = NULL' for column in columns)
                cursor.execute(f"UPDATE {table} SET {emptied} WHERE {where}")

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:  # noqa: ARG002 -- the protocol's
        """Nothing of its own: the table is among those of the lake."""
        return ()


@contextmanager
def _trait_words(app: App, person: Person) -> Iterator[tuple[LakeCursor, list[str]]]:
    """The lake while no refresh is at work, and the columns in which words may be."""
    with app.db.transaction(brand_id=person.brand_id) as session:
        hold_refreshes(session, lambda _: None)
        with app.lake.transaction() as cursor:
            newest = newest_refresh(cursor, brand_id=person.brand_id)
            declared = {} if newest is None else newest.declared
            yield cursor, sorted(column for column, words in declared.items() if words)


def _rows(person: Person, columns: list[str]) -> tuple[str, str]:
    ids = ", ".join(str(int(one)) for one in person.customer_ids)
    wordy = " OR ".join(f'"{column}" IS NOT NULL' for column in columns)
    return f"{brand_schema(person.brand_id)}.trait", f"customer_id IN ({ids}) AND ({wordy})"


PERSON_PARTS = (InsightPart(),)
