"""`siyu consent`: verified, sealed and proved in a terminal; what does not hold ends with 1."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from siyu.kernel.app import App
from siyu.kernel.errors import BadInput
from siyu.organisation.api import brand_info
from siyu.people.commands import consent_commands
from tests.people.makers import customer_of


@pytest.fixture
def who(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return customer_of(session, app.cipher, name="王芳", phone="13800138000", sms_consent=True)


def run(app: App, brand_id: int, *arguments: str, typed: str = "") -> Result:
    """What a terminal in the test's brand shows."""

    @contextmanager
    def opened() -> Iterator[App]:
        yield app

    with app.db.transaction(brand_id=brand_id) as session:
        code = brand_info(session, brand_id=brand_id).code
    terminal = SimpleNamespace(app=opened, brand_code=code, settings=app.settings)
    return CliRunner().invoke(consent_commands, arguments, obj=terminal, input=typed, catch_exceptions=False)


def test_verify_names_the_first_seal_that_does_not_hold(app: App, brand_id: int, who: int) -> None:
    assert "1 wait for the next one" in run(app, brand_id, "verify").stdout
    assert run(app, brand_id, "seal").exit_code == 0
    told = run(app, brand_id, "verify")
    assert (told.exit_code, "intact. 1 entries under 1 seals" in told.stdout) == (0, True)
    head = told.stdout.split("head ")[1].split()[0]
    assert "is in the chain" in run(app, brand_id, "verify", "--head", head).stdout
    other = run(app, brand_id, "verify", "--head", f"1:{'0' * 64}")
    assert (other.exit_code, "NOT in the chain" in other.stdout) == (1, True)
    with pytest.raises(BadInput):
        run(app, brand_id, "verify", "--head", "7")
    with Session(app.db.engine) as owner, owner.begin():
        owner.execute(text("SET LOCAL session_replication_role = replica"))
        owner.execute(text("UPDATE consent_entry SET granted = false WHERE customer_id = :who"), {"who": who})
    broken = run(app, brand_id, "verify")
    assert (broken.exit_code, "BROKEN at seal 1 of 1" in broken.stdout) == (1, True)
    assert json.loads(run(app, brand_id, "verify", "--json").stdout)["fault"] == "entry_changed"


def test_a_proof_is_written_for_a_number_that_is_typed(
    app: App, brand_id: int, who: int, tmp_path: Path
) -> None:
    assert who
    target = tmp_path / "proof.zip"
    told = run(app, brand_id, "prove", str(target), "--reason", "inspection", typed="138 0013 8000\n")
    assert told.exit_code == 0
    assert "proof.json" in told.stdout
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        assert "王芳" in archive.read("proof.html").decode()
