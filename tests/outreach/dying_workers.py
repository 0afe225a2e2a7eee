"""A program: workers that send and are killed with signal 9 at a random moment, until the queue is empty."""

import os
import random
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from siyu.kernel.app import App
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import Database
from siyu.kernel.lake import Lake
from siyu.kernel.settings import Settings
from siyu.kernel.wiring import Wiring
from siyu.outreach.actions import sending
from siyu.outreach.actions.claim import Claims, claim_due
from siyu.outreach.actions.sending import Pace
from siyu.outreach.actions.wake import next_due

WORKERS_MAX = 60
LIFE_SECONDS_MIN, LIFE_DOUBLINGS_MAX = 0.01, 6  # from its first claim on; short and long lives alike
PACE = Pace(batch=4, patience=timedelta(milliseconds=500))
chance = random.Random(11)  # noqa: S311 -- no secret


def clock() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(os.environ["AHEAD"]))


def opened() -> App:
    url, key = os.environ["DATABASE_URL"], Path(os.environ["KEY_FILE"])
    settings = Settings(
        home=key.parent, lake_path=key.parent, key_file=key, port=int(os.environ["ADDRESS_PORT"])
    )
    lake = Lake(database_url=url, path=key.parent)
    return App(settings, Database(url), lake, Cipher.from_file(key), Wiring({}))


def die_soon() -> None:
    """This process is killed after some milliseconds, wherever it then is."""
    wait = LIFE_SECONDS_MIN * 2 ** chance.uniform(0, LIFE_DOUBLINGS_MAX)

    def kill() -> None:
        time.sleep(wait)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()


def doomed_claim(*arguments: Any, **more: Any) -> Claims:
    """The first claim, and every one after it, of a worker whose time runs from here."""
    sending.claim_due = claim_due
    die_soon()
    return claim_due(*arguments, **more)


def work() -> None:
    app, brand_id = opened(), int(os.environ["BRAND"])
    sending.claim_due = doomed_claim
    while True:
        sending.send_due(app, brand_id=brand_id, clock=clock, pace=PACE)
        with app.db.transaction(brand_id=brand_id) as session:
            if next_due(session) is None:
                os._exit(0)
        time.sleep(0.01)


def main() -> None:
    killed = 0
    for _ in range(WORKERS_MAX):
        chance.random()
        child = os.fork()
        if child == 0:
            work()
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            break
        killed += os.WTERMSIG(status) == signal.SIGKILL
    sys.stdout.write(f"killed {killed}\n")


if __name__ == "__main__":
    main()
