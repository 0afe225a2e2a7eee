"""One round: a fresh home is served, used and struck down many times; then the truth is compared."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from siyu.entrypoints.app import opened, set_up
from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_api_key, create_brand
from siyu.organisation.rules.permissions import PERMISSIONS
from siyu.people.actions.seal import seal_consents
from siyu.people.api import add_consent_text
from siyu.people.contracts import ConsentChannel, Purpose
from tests.demo.makers import free_ports
from tests.destinations.makers import make_webhook
from tests.destinations.receiver import Receiver, receiving
from tests.failure.clerks import agree, forget, merge
from tests.failure.crowd import SOURCE, Crowd
from tests.failure.house import House, served
from tests.failure.parting import join_and_part
from tests.failure.programs import bring, send
from tests.failure.truth import Found, compare

PAUSE_SECONDS_MAX, BEGINNING_SECONDS_MAX = 1.0, 90
SERVING_SHARE, CLERKS_SHARE, SERVING_SECONDS_MAX = 0.8, 0.3, 15
SETTLE_ROUNDS_MAX = 20
# Jobs that wait for hours by design.
LATER = ("intake.forget_uploads",)
WORKS = (send, send, send, bring, agree, agree, merge, merge, forget)
TOLD_OF = ("page_view", "event")
REQUEST_ID = re.compile(r'"request_id": ?"([0-9a-f]+)"')
REFUSED_SHARE = 0.02  # of what is posted to the webhook
# Every pause between two tries is over: of jobs, and of what goes to the webhook.
AT_ONCE = (
    "DELETE FROM procrastinate_workers",
    "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND task_name <> ALL(:later)",
    "UPDATE delivery SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL",
    "UPDATE destination SET not_before = NULL, wake_at = now() WHERE wake_at IS NOT NULL",
)
WAITING = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name <> ALL(:later)"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round did and found."""

    seed: int
    kills: Counter[str]
    answers: Counter[str]
    sent: int
    found: Found
    given_back: int
    faults: tuple[str, ...]
    seconds: float


def run_round(
    folder: Path, *, seed: int, kills: int, seconds_max: float, say: Callable[[str], None] = lambda _: None
) -> Outcome:
    """A home in the folder was struck `kills` times, or fewer if the time was up, and compared with what was told.

    The same seed makes the same crowd and the same choices; what meets what depends on the machine.
    """
    begun, port = time.monotonic(), free_ports(1)[0]
    settings = Settings.from_environment(
        {"SIYU_HOME": str(folder), "SIYU_PORT": str(port), "SIYU_PRIVATE_DESTINATIONS": "yes"}
    )
    with receiving() as receiver:
        with EmbeddedPostgres(folder).in_use():
            set_up(settings)
            with opened(settings) as app:
                brand_id, key, text_id = _brand(app, receiver)
        receiver.moods = _moods(seed)
        crowd = Crowd(settings.address, key=key, consent_text_id=text_id, works=WORKS, seed=seed)
        with served(settings) as house:
            crowd.start()
            _wait_until_all_began(crowd)
            _strike_often(house, crowd, seed=seed, kills=kills, until=begun + seconds_max, say=say)
            crowd.stop()
            crowd.told.faults[:] = [_with_log(house, fault) for fault in crowd.told.faults]
        with opened(settings) as app:
            _settle(app, brand_id)
            found = compare(app, brand_id, crowd.told, receiver)
            given_back, faults = join_and_part(app, brand_id, lambda: work(app, once=True))
    return Outcome(
        seed, house.kills, crowd.told.answers, len(crowd.told.sent), found, given_back, (*found.faults, *faults),
        time.monotonic() - begun,
    )  # fmt: skip


def _with_log(house: House, fault: str) -> str:
    """The fault, and what the server's log says of the request; to find out afterwards what came together."""
    named = REQUEST_ID.search(fault)
    return f"{fault}\n{house.log_of(named[1])}" if named else fault


def _moods(seed: int) -> list[int]:
    """How the webhook's receiver answers its first calls; after them it takes all."""
    luck = random.Random(seed)  # noqa: S311 -- the same moods again; no secret
    return [503 if luck.random() < REFUSED_SHARE else 200 for _ in range(1_000)]


def _brand(app: App, receiver: Receiver) -> tuple[int, str, int]:
    """A brand with a webhook, the secret of a program that may do everything, and a text to agree to."""
    now = utcnow()
    with app.db.transaction(brand_id=None) as session:
        brand_id = create_brand(session, code="soak", name="Soak", actor=SYSTEM, now=now).brand_id
    migrate_brand(app.lake, brand_id=brand_id, now=now)
    make_webhook(app, brand_id, receiver, facts=TOLD_OF)
    with app.db.transaction(brand_id=brand_id) as session:
        made = create_api_key(
            session,
            source=SOURCE,
            scopes=list(PERMISSIONS),
            held=frozenset(PERMISSIONS),
            actor=SYSTEM,
            now=now,
        )
        shown = add_consent_text(
            session, code="soak", after_version=0, purpose=Purpose.MARKETING, channels=[ConsentChannel.SMS],
            language="zh-CN", title="短信", body="同意接收短信。", actor=SYSTEM, now=now,
        )  # fmt: skip
        return brand_id, made.secret, shown.consent_text_id


def _strike_often(
    house: House, crowd: Crowd, *, seed: int, kills: int, until: float, say: Callable[[str], None]
) -> None:
    """Most kills meet a system that serves; some come while it still gets up from the one before."""
    luck = random.Random(seed)  # noqa: S311 -- the same choices again; no secret
    while house.kills.total() < kills and time.monotonic() < until:
        if luck.random() < SERVING_SHARE:
            _wait_until_heard(crowd, luck, until=until)
        time.sleep(luck.uniform(0.0, PAUSE_SECONDS_MAX))
        if victim := house.strike(luck):
            say(f"kill {house.kills.total()}/{kills}: {victim}")


def _wait_until_all_began(crowd: Crowd) -> None:
    """Each clerk has done everything once, so that there is something to lose before the first process dies."""
    end = time.monotonic() + BEGINNING_SECONDS_MAX
    while not crowd.told.is_of_everything and time.monotonic() < end:
        time.sleep(0.1)


def _wait_until_heard(crowd: Crowd, luck: random.Random, *, until: float) -> None:
    """An event was acknowledged; now and then a clerk has done something too, which takes the server longer."""
    told = crowd.told
    of_clerks = luck.random() < CLERKS_SHARE

    def heard() -> int:
        return len(told.words) + told.merges_done + len(told.guests) if of_clerks else len(told.acknowledged)

    before, end = heard(), min(until, time.monotonic() + SERVING_SECONDS_MAX)
    while heard() == before and time.monotonic() < end:
        time.sleep(0.02)


def _settle(app: App, brand_id: int) -> None:
    """Nothing waits any more: the dead are known to be dead, and every pause between two tries is over."""
    for _ in range(SETTLE_ROUNDS_MAX):
        with app.db.engine.begin() as connection:
            for statement in AT_ONCE:
                connection.execute(text(statement), {"later": list(LATER)} if ":later" in statement else {})
        work(app, once=True)
        seal_consents(app.db, brand_id=brand_id, now=utcnow())
        with app.db.engine.begin() as connection:
            waiting = connection.scalar(text(WAITING), {"later": list(LATER)})
        if not waiting:
            return
    raise AssertionError(f"{waiting} jobs never come to an end")
