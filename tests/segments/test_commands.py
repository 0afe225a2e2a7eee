"""`siyu segment` and `siyu rfm` as a person types them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from siyu.insight.commands import lifecycle_command, refresh_command, rfm_command
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import BadInput, NotFound
from siyu.kernel.settings import Settings
from siyu.people.api import save_customers
from siyu.people.contracts import CustomerRecord
from siyu.segments.api import create_segment
from siyu.segments.commands import app as segment_commands
from siyu.segments.errors import UnknownTrait
from tests.insight.makers import at, bought, write_facts

pytestmark = pytest.mark.slow

siyu = typer.Typer()
siyu.command("refresh")(refresh_command)
siyu.command("rfm")(rfm_command)
siyu.command("lifecycle")(lifecycle_command)
siyu.add_typer(segment_commands, name="segment")


@dataclass
class Line:
    settings: Settings
    brand_code: str
    opened: App

    @contextmanager
    def app(self) -> Iterator[App]:
        yield self.opened

    def finish(self, app: App) -> None:
        """What jobs would follow is no matter of these tests."""


@pytest.fixture
def line(app: App, brand_id: int) -> Line:
    orders = [bought(f"1-{day}", at(f"2026-03-{day:02}"), 10_000) for day in (1, 8)]
    write_facts(app.lake, brand_id, {1: History(orders), 2: History([bought("2", at("2026-03-30"), 500)])})
    with app.db.transaction(brand_id=None) as session:
        code = session.execute(
            text("SELECT code FROM brand WHERE brand_id = :b"), {"b": brand_id}
        ).scalar_one()
    return Line(app.settings, code, app)


def said(line: Line, *arguments: str) -> str:
    answer = CliRunner().invoke(siyu, list(arguments), obj=line, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.fixture
def definition(tmp_path: Path) -> str:
    file = tmp_path / "twice.json"
    file.write_text('{"trait": "orders_90d", "op": ">=", "value": 2}')
    return str(file)


def test_a_definition_is_counted_listed_and_exported_as_of_a_date(
    line: Line, definition: str, tmp_path: Path
) -> None:
    ask = ("--definition", definition, "--as-of", "2026-03-31")
    assert json.loads(said(line, "segment", "count", *ask, "--json"))["count"] == 1
    assert said(line, "segment", "count", *ask) == "1\n"
    assert said(line, "segment", "list", *ask) == "1\n"
    assert json.loads(said(line, "segment", "export", *ask, "--json"))[0]["orders_90d"] == 2
    out = tmp_path / "out.csv"
    said(line, "segment", "export", *ask, "--out", str(out))
    assert out.read_text(encoding="utf-8-sig").startswith("customer_id,")
    assert said(line, "segment", "count", "--definition", definition, "--as-of", "2026-03-07") == "0\n"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ("{", BadInput),  # no JSON
        ('{"trait": "order", "op": "=", "value": 1}', UnknownTrait),
        ("[" * 100_000, BadInput),  # nested beyond reading
    ],
)
def test_a_file_that_is_no_definition_is_refused(
    line: Line, tmp_path: Path, content: str, refusal: type
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content)
    with pytest.raises(refusal):
        said(line, "segment", "count", "--definition", str(file))


def test_a_missing_file_name_or_choice_is_refused(line: Line, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        said(line, "segment", "count", "--definition", str(tmp_path / "none.json"))
    with pytest.raises(BadInput):
        said(line, "segment", "count")
    with pytest.raises(NotFound):
        said(line, "segment", "count", "--name", "nobody")


def test_refresh_rfm_and_lifecycle_print_what_they_found(line: Line) -> None:
    assert "2 customers" in said(line, "refresh", "--as-of", "2026-03-31")
    rfm = json.loads(said(line, "rfm", "--as-of", "2026-03-31", "--json"))
    assert sum(row["customers"] for row in rfm["classes"]) == rfm["thresholds"]["classed"] == 2
    assert "重要价值客户" in said(line, "rfm", "--as-of", "2026-03-31")
    assert "成长期" in said(line, "lifecycle", "--as-of", "2026-03-31")
    stages = json.loads(said(line, "lifecycle", "--json"))["stages"]
    assert sum(row["customers"] for row in stages) == 2


def test_a_definition_is_held_against_another_or_a_stored_segment(
    line: Line, definition: str, tmp_path: Path, brand_id: int
) -> None:
    once = tmp_path / "once.json"
    once.write_text('{"trait": "orders_90d", "op": "=", "value": 1}')
    ask = ("segment", "diff", "--definition", str(once), "--as-of", "2026-03-31")
    found = json.loads(said(line, *ask, "--against", definition, "--json", "--ids"))
    assert (found["entering_ids"], found["leaving_ids"], found["staying"]) == ([2], [1], 0)
    with line.opened.db.transaction(brand_id=brand_id) as session:
        create_segment(
            session, name="回头客", description="", definition=json.loads(Path(definition).read_text()), sources=(),
            actor=COMMAND_LINE, now=utcnow(),
        )  # fmt: skip
    assert said(line, *ask, "--against", "回头客", "--ids").splitlines() == [
        "entering 1, leaving 1, staying 0", "+2", "-1",
    ]  # fmt: skip
    assert "entering_ids" not in json.loads(said(line, *ask, "--against", "回头客", "--json"))
    with pytest.raises(NotFound):
        said(line, *ask, "--against", "nobody")


def test_a_file_becomes_a_list_and_a_segment_a_snapshot(line: Line, brand_id: int, tmp_path: Path) -> None:
    file, unknown = tmp_path / "vip.csv", tmp_path / "unknown.csv"
    file.write_text("会员号\nM1\nM2\nM1\nM9\n")
    with line.opened.db.transaction(brand_id=brand_id) as session:
        records = [CustomerRecord("member_no", f"M{n}", utcnow()) for n in (1, 2)]
        save_customers(
            session, cipher=line.opened.cipher, records=records, source="t", batch_id=None, now=utcnow()
        )
    dry = json.loads(said(line, "segment", "list-from", str(file), "--name", "贵宾", "--dry-run", "--json"))
    assert (dry["listed"], dry["customers"], dry["twice"], dry["unknown"]) == (4, 2, 1, 1)
    assert (dry["column"], dry["known_by"]) == ("会员号", "member_no")
    stored = said(line, "segment", "list-from", str(file), "--name", "贵宾", "--unknown", str(unknown))
    assert "贵宾: 2 members, 2 new, 0 gone" in stored
    assert unknown.read_text(encoding="utf-8-sig").splitlines() == ["line,value,reason", "5,M*,unknown"]
    again = said(line, "segment", "list-from", str(file), "--name", "贵宾", "--mode", "remove")
    assert "贵宾: 0 members, 0 new, 2 gone" in again
    said(line, "segment", "list-from", str(file), "--name", "贵宾")
    taken = json.loads(said(line, "segment", "snapshot", "--name", "贵宾", "--to", "贵宾快照", "--json"))
    assert (taken["members"], said(line, "segment", "count", "--name", "贵宾快照").split()[-1]) == (2, "2")
