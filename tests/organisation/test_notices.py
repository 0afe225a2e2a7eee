"""News reaches those who may know it, once, and each person has read their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE, SYSTEM, Actor
from siyu.kernel.errors import BadInput
from siyu.kernel.longwork import Progress, announce_task, ask_to_cancel
from siyu.kernel.notices import News, Watch, notify
from siyu.kernel.wiring import Wiring
from siyu.organisation import queries
from siyu.organisation.actions.notices import READ_APART_MAX, read_all_notices, read_notices
from siyu.organisation.actions.watching import WATCHES, look_around
from siyu.organisation.contracts import Reader
from tests.organisation.makers import NOW, make_key, make_user

OWNER_LOGIN = "lead"


def news(key: str, **changes: object) -> News:
    given = {
        "kind": "reviews_waiting",
        "level": "info",
        "subject": ("identity_review", "open"),
        "login": "fang",
    }
    return News(key=key, **{**given, **changes})  # type: ignore[arg-type]


def reader(session: Session, login: str, *permissions: str) -> Reader:
    user = make_user(session, login=login)
    return Reader(user.user_id, login, frozenset(permissions))


def told(session: Session, who: Reader, *, unread: bool = False) -> list[str]:
    page = queries.notices_page(session, reader=who, unread=unread, before_id=None, limit=100)
    return [f"{one.kind} {one.facts.get('n', '')}".strip() for one in page.items]


def test_it_is_told_once_and_to_those_it_is_for(session: Session) -> None:
    fang, gao = reader(session, "fang-n", "keys.edit"), reader(session, "gao-n", "customers.merge")
    assert notify(session, news=news("a", login="fang-n", facts={"n": 1}), now=NOW)
    assert not notify(
        session, news=news("a", login="gao-n"), now=NOW
    )  # the same key: nobody hears of it again
    notify(session, news=news("b", login=None, permission="customers.merge", facts={"n": 2}), now=NOW)
    notify(session, news=news("c", login="fang-n", permission="customers.merge", facts={"n": 3}), now=NOW)
    assert told(session, fang) == ["reviews_waiting 3", "reviews_waiting 1"]
    assert told(session, gao) == ["reviews_waiting 3", "reviews_waiting 2"]


def test_each_has_read_their_own(session: Session) -> None:
    fang, gao = reader(session, "fang-r", "x"), reader(session, "gao-r", "x")
    for n in range(4):
        notify(session, news=news(f"r{n}", login=None, permission="x", facts={"n": n}), now=NOW)
    newest, second, *_ = queries.notices_page(
        session, reader=fang, unread=False, before_id=None, limit=4
    ).items
    read_notices(session, reader=fang, notice_ids=[second.notice_id, 10**12])
    assert told(session, fang, unread=True) == ["reviews_waiting 3", "reviews_waiting 1", "reviews_waiting 0"]
    assert queries.unread_notices(session, reader=fang) == 3
    read_all_notices(session, reader=fang)
    assert (queries.unread_notices(session, reader=fang), queries.unread_notices(session, reader=gao)) == (
        0,
        4,
    )
    notify(session, news=news("later", login=None, permission="x", facts={"n": 9}), now=NOW)
    assert told(session, fang, unread=True) == ["reviews_waiting 9"]
    assert newest.read is False


def test_what_was_read_one_by_one_stays_bounded(session: Session) -> None:
    fang = reader(session, "fang-b", "many")
    for n in range(READ_APART_MAX + 5):
        notify(session, news=news(f"m{n}", login=None, permission="many"), now=NOW)
    ids = list(session.scalars(text("SELECT notice_id FROM notice WHERE permission = 'many'")))
    read_notices(session, reader=fang, notice_ids=ids)
    assert queries.unread_notices(session, reader=fang) == 0
    kept = session.execute(
        text("SELECT cardinality(also_read) FROM notice_reader WHERE user_id = :u"), {"u": fang.user_id}
    )
    assert kept.scalar_one() == READ_APART_MAX


@pytest.mark.parametrize(
    ("starter", "end", "expected"),
    [
        ("chen-t", "done", [("chen-t", None, "done")]),  # who started it wants to know
        ("chen-t", "failed", [("chen-t", "tasks.cancel", "error")]),  # and of failures those who could help
        (SYSTEM.label, "done", []),  # the nightly round went well: nobody's news
        (COMMAND_LINE.label, "failed", [(None, "tasks.cancel", "error")]),
    ],
)
def test_a_task_s_end_is_told(
    app: App, brand_id: int, starter: str, end: str, expected: list[tuple[str | None, ...]]
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = announce_task(
            session, kind="import", title="orders.csv", actor=Actor("user", None, starter), now=NOW
        )
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    for _ in range(2):  # a job that runs again ends again
        if end == "done":
            progress.end("done", now=NOW, result={"rows": 1})
        else:
            progress.fail(BadInput(what="file", why="it is empty", remedy="Take another."), now=NOW)
    with app.db.transaction(brand_id=brand_id) as session:
        found = session.execute(
            text("SELECT login, permission, level FROM notice WHERE subject_id = :t"), {"t": str(task_id)}
        ).all()
    assert [tuple(row) for row in found] == expected


def test_who_cancels_their_own_task_needs_no_news(app: App, brand_id: int) -> None:
    for canceller in ("chen-c", "lin-c"):
        with app.db.transaction(brand_id=brand_id) as session:
            task_id = announce_task(
                session, kind="import", title="x", actor=Actor("user", None, "chen-c"), now=NOW
            )
            ask_to_cancel(session, task_id=task_id, actor=Actor("user", None, canceller))
        progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
        try:
            progress.stop_if_asked()
        except Exception as cancelled:  # noqa: BLE001 -- as a job hands it over
            progress.fail(cancelled, now=NOW)
    with app.db.transaction(brand_id=brand_id) as session:
        found = session.execute(text("SELECT kind, login FROM notice WHERE login = 'chen-c'")).all()
    assert [tuple(row) for row in found] == [("task_cancelled", "chen-c")]


def test_a_watch_that_fails_silences_no_other(app: App, brand_id: int) -> None:
    def broken(session: Session, *, now: object) -> Iterator[News]:
        del session, now
        raise ZeroDivisionError

    watching = replace(app, wiring=Wiring({Watch: (Watch("broken", broken), *WATCHES)}))
    with app.db.transaction(brand_id=brand_id) as session:
        make_key(session, source="till", expires_at=NOW + timedelta(days=9))
        make_key(session, source="later", expires_at=NOW + timedelta(days=90))
    assert look_around(watching, brand_id=brand_id, now=NOW) == 1
    assert look_around(watching, brand_id=brand_id, now=NOW + timedelta(minutes=5)) == 0  # told already
    assert (
        look_around(watching, brand_id=brand_id, now=NOW + timedelta(days=8)) == 1
    )  # and once more, a day before


def test_over_http(app: App, brand_id: int, client: TestClient) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        for n in range(3):
            notify(session, news=news(f"h{n}", login=None, permission="keys.edit", facts={"n": n}), now=NOW)
    assert client.get("/api/v1/me/notices/unread").json() == {"unread": 3}
    page = client.get("/api/v1/me/notices", params={"limit": 2}).json()
    assert [one["facts"]["n"] for one in page["items"]] == [2, 1]
    rest = client.get("/api/v1/me/notices", params={"before_id": page["next_cursor"]}).json()
    assert ([one["facts"]["n"] for one in rest["items"]], rest["next_cursor"]) == ([0], None)
    seen = {"notice_ids": [page["items"][0]["notice_id"]]}
    assert client.post("/api/v1/me/notices/read", json=seen).status_code == 204
    assert client.get("/api/v1/me/notices/unread").json() == {"unread": 2}
    assert client.post("/api/v1/me/notices/read", json={}).status_code == 204
    assert client.get("/api/v1/me/notices", params={"unread": True}).json()["items"] == []
