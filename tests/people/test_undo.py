"""An import is undone: the past is back, and nobody whom others speak of is lost."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.people.api import forget_import, known_customers, profiles_of, resolve_customers
from siyu.people.queries.ledger import LIVE_ENTRY
from tests.people.makers import EARLIER, NOW, record, save

FILE_1 = [record("A1", name="王芳", phone="13800138000", sms_consent=True), record("A2", province="浙江")]
FILE_2 = [record("A1", name="王小芳", gender="female", sms_consent=False), record("A3", name="李雷")]


def everything(session: Session) -> list[object]:
    """What people know, but when a row was last touched and who pays for its removal."""
    queries = (
        "SELECT customer_id, known_at, joined_at, name_index, gender, province, content_hash FROM customer",
        "SELECT customer_id, namespace, value_index FROM customer_identity",
        f"SELECT customer_id, granted, said_at FROM consent_entry e WHERE {LIVE_ENTRY}",
    )
    return [session.execute(text(f"{query} ORDER BY 1, 2, 3")).all() for query in queries]


def names(session: Session, app: App) -> list[str]:
    found = profiles_of(
        session,
        cipher=app.cipher,
        customer_ids=known_customers(session)["customer_id"].to_pylist(),
        reveal=True,
    )
    return sorted(profile.name for profile in found.values())


def forget(session: Session, batch_id: int, keep: Sequence[int] = ()) -> int:
    return forget_import(session, batch_id=batch_id, keep=dict.fromkeys(keep), now=NOW)


def test_undone_in_reverse_each_step_is_as_before(app: App, session: Session) -> None:
    nothing = everything(session)
    save(session, app.cipher, FILE_1, batch_id=1)
    one = everything(session)
    save(session, app.cipher, FILE_2, batch_id=2)
    assert forget(session, 2) == 1
    assert everything(session) == one
    assert forget(session, 1) == 2
    assert everything(session) == nothing


def test_undoing_the_first_keeps_whom_the_second_speaks_of(app: App, session: Session) -> None:
    save(session, app.cipher, FILE_1, batch_id=1)
    save(session, app.cipher, FILE_2, batch_id=2)
    assert forget(session, 1) == 1  # A2; A1 is spoken of by the second file
    assert names(session, app) == ["李雷", "王小芳"]
    assert forget(session, 2) == 2
    assert known_customers(session).num_rows == 0
    assert session.execute(text("SELECT count(*) FROM customer_identity")).scalar_one() == 0


def test_a_profile_that_was_changed_since_is_left_alone(app: App, session: Session) -> None:
    save(session, app.cipher, [record("A1", name="王芳")])
    save(session, app.cipher, [record("A1", name="王小芳")], batch_id=1)
    save(session, app.cipher, [record("A1", name="王大芳")], batch_id=2)
    forget(session, 1)
    assert names(session, app) == ["王大芳"]
    forget(session, 2)
    assert names(session, app) == ["王芳"]


def test_customers_in_use_stay_known_with_their_keys(app: App, session: Session) -> None:
    save(session, app.cipher, FILE_1, batch_id=1)

    def who() -> int:
        found = resolve_customers(
            session, cipher=app.cipher, namespace="member_no", first_seen={"A1": EARLIER}, source="test",
            batch_id=None, now=NOW,
        )  # fmt: skip
        return found["A1"].customer_id

    kept = who()
    assert forget(session, 1, keep=[kept]) == 1
    assert known_customers(session)["customer_id"].to_pylist() == [kept]
    assert who() == kept


def test_undoing_twice_changes_nothing(app: App, session: Session) -> None:
    save(session, app.cipher, [record("A9", name="韩梅")])
    save(session, app.cipher, FILE_1, batch_id=1)
    forget(session, 1)
    after = everything(session)
    assert forget(session, 1) == 0
    assert everything(session) == after
