"""A program: it makes a list and is killed with signal 9 at a random moment, again and again, until it ends."""

import json
import os
import random
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import Database
from siyu.kernel.lake import Lake
from siyu.kernel.settings import Settings
from siyu.kernel.wiring import Wiring
from siyu.segments.actions.lists import ListOrder, make_list

LIVES_MAX = 60
LIFE_SECONDS_MIN, LIFE_DOUBLINGS_MAX = 0.02, 7
chance = random.Random(5)  # noqa: S311 -- no secret


def opened() -> App:
    home, url = Path(os.environ["HOME_FOLDER"]), os.environ["DATABASE_URL"]
    settings = Settings(home=home, lake_path=home, key_file=Path(os.environ["KEY_FILE"]))
    cipher = Cipher.from_file(settings.key_file)
    return App(settings, Database(url), Lake(database_url=url, path=home), cipher, Wiring({}))


def live(order: ListOrder, life: float) -> None:
    def kill() -> None:
        time.sleep(life)
        os.kill(os.getpid(), signal.SIGKILL)

    app = opened()
    threading.Thread(target=kill, daemon=True).start()
    brand_id, task_id = int(os.environ["BRAND"]), int(os.environ["TASK"])
    actor, now = Actor("user", 1, "t"), datetime.now(UTC)
    make_list(app, brand_id=brand_id, task_id=task_id, order=order, actor=actor, now=now)
    os._exit(0)


def main() -> None:
    order, killed = ListOrder(**json.loads(os.environ["ORDER"])), 0
    for _ in range(LIVES_MAX):
        life = LIFE_SECONDS_MIN * 2 ** chance.uniform(0, LIFE_DOUBLINGS_MAX)
        child = os.fork()
        if child == 0:
            live(order, life)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            break
        killed += os.WTERMSIG(status) == signal.SIGKILL
    sys.stdout.write(f"killed {killed}\n")


if __name__ == "__main__":
    main()
