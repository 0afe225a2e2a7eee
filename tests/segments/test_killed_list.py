"""Whoever makes a list is killed at random moments: in the end there is one edition, whole."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.people.api import save_customers
from siyu.people.contracts import CustomerRecord
from siyu.segments.actions.lists import ListOrder, announce_list, written_by_hand
from tests.conftest import NOW

pytestmark = pytest.mark.slow
KNOWN, LINES = 2_000, 150_000
ACTOR = Actor("user", 1, "t")


def test_a_list_that_is_killed_again_and_again_stands_once_and_whole(app: App, brand_id: int) -> None:
    records = [CustomerRecord("member_no", f"A{n}", NOW) for n in range(KNOWN)]
    keys = [f"A{n}" for n in range(LINES)]
    with app.db.transaction(brand_id=brand_id) as session:
        save_customers(session, cipher=app.cipher, records=records, source="t", batch_id=None, now=NOW)
        upload = written_by_hand(session, home=app.settings.home, cipher=app.cipher, keys=keys, now=NOW)
        order = ListOrder(upload, "key", "member_no", name="大名单")
        task_id, order = announce_list(
            session, home=app.settings.home, cipher=app.cipher, order=order, actor=ACTOR, now=NOW
        )
    told = {
        **os.environ, "DATABASE_URL": app.db.url, "HOME_FOLDER": str(app.settings.home), "BRAND": str(brand_id),
        "KEY_FILE": str(app.settings.key_file), "TASK": str(task_id), "ORDER": json.dumps(asdict(order)),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("dying_lists.py"))],
        env=told, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[1]) >= 3, done.stdout + done.stderr[-2000:]
    with app.db.transaction(brand_id=brand_id) as session:
        assert session.execute(
            text("SELECT edition, listed, customers, entered FROM segment_edition")
        ).all() == [(1, LINES, KNOWN, KNOWN)]
        assert session.scalar(text("SELECT count(*) FROM segment_member")) == KNOWN
        task = session.execute(
            text("SELECT state, result FROM long_task WHERE task_id = :t"), {"t": task_id}
        ).one()
    assert (task.state, task.result["unknown"]) == ("done", LINES - KNOWN)
    left = list((app.settings.home / "exports" / str(brand_id)).iterdir())
    assert [one.name for one in left] == [f"{task_id}.csv"]
    assert len(left[0].read_text().splitlines()) == 1 + LINES - KNOWN
