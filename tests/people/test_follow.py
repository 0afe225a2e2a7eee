"""Facts follow the identities they came by, through merges and back."""

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake import brand_schema
from siyu.people.actions.follow import follow_identities
from siyu.people.api import known_customers, merge_customers, retract_edge
from tests.people.makers import NOW, record, save


def test_an_order_is_of_whom_its_identity_stands_for(app: App, brand_id: int) -> None:
    table = f'{brand_schema(brand_id)}."order"'
    with app.db.transaction(brand_id=brand_id) as session:
        save(session, app.cipher, [record("A1"), record("A2")])
        first, second = known_customers(session)["customer_id"].to_pylist()
        identities = {
            row.customer_id: row.identity_id
            for row in session.execute(text("SELECT * FROM customer_identity"))
        }
    with app.lake.transaction() as cursor:
        for who in (first, second):
            cursor.execute(
                f"INSERT INTO {table} (customer_id, identity_id, order_key, occurred_at, batch_id) "
                "VALUES (?, ?, ?, ?, 1)",
                [who, identities[who], f"order-{who}", NOW],
            )

    def follow() -> tuple[int, dict[str, int]]:
        with app.db.transaction(brand_id=brand_id) as session:
            jobs = session.execute(
                text("""SELECT DISTINCT args FROM procrastinate_jobs WHERE task_name = 'people.follow_identities'
                        AND (args ->> 'brand_id')::bigint = :brand"""),
                {"brand": brand_id},
            )
            wanted = {one for (args,) in jobs for one in args["identity_ids"]}
        changed = follow_identities(app, brand_id=brand_id, identity_ids=sorted(wanted), now=NOW)
        with app.lake.reading() as cursor:
            return changed, dict(cursor.execute(f"SELECT order_key, customer_id FROM {table}").fetchall())

    with app.db.transaction(brand_id=brand_id) as session:
        merge_customers(session, first, second, actor=SYSTEM, reason="same", now=NOW)
    assert follow() == (1, {f"order-{first}": first, f"order-{second}": first})
    assert follow()[0] == 0
    with app.db.transaction(brand_id=brand_id) as session:
        edge = session.execute(text("SELECT max(edge_id) FROM identity_edge")).scalar_one()
        retract_edge(session, edge, actor=SYSTEM, reason="no", now=NOW)
    assert follow() == (1, {f"order-{first}": first, f"order-{second}": second})


def test_a_second_look_that_waits_holds_up_nobody(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        save(session, app.cipher, [record("W1"), record("W2")])
        first, second = known_customers(session)["customer_id"].to_pylist()[-2:]
        merge_customers(session, first, second, actor=SYSTEM, reason="same", now=NOW)
        edge = session.execute(text("SELECT max(edge_id) FROM identity_edge")).scalar_one()
        retract_edge(session, edge, actor=SYSTEM, reason="no", now=NOW)
        jobs = session.execute(
            text("""SELECT lock, scheduled_at IS NULL AS soon FROM procrastinate_jobs
                    WHERE task_name = 'people.follow_identities'
                    AND (args ->> 'brand_id')::bigint = :brand"""),
            {"brand": brand_id},
        ).all()
    soon, later = ({job.lock for job in jobs if job.soon is wanted} for wanted in (True, False))
    assert soon
    assert later
    assert soon.isdisjoint(later)
