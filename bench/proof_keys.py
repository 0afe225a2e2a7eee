"""The key of personal data is replaced while the demo answers; what was sealed before is read afterwards."""

import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.proof_home import (
    COLLEAGUE,
    OWNER,
    Home,
    Words,
    brand_of_home,
    found_by,
    opened_values,
    post,
    say,
    sealed_columns,
    somebody,
)
from siyu.entrypoints.app import opened
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.crypto import Cipher, WrongKey
from siyu.organisation.rules.second_factor import STEP_SECONDS, code_of, step_of
from siyu.people.queries.keyed import unreadable_identities
from siyu.privacy.queries.keys import key_status

WAIT_SECONDS_MAX = 300
SAMPLE = 100_000


def prove_rotation(home: Home, folder: Path, app_secret: bytes) -> None:
    """The key is replaced while the server answers; afterwards the old one opens nothing and is not needed."""
    old = folder / "old.key"
    shutil.copy2(home.settings.key_file, old)
    with opened(home.settings) as app:
        brand_id, columns = brand_of_home(app), sealed_columns(app)
        _, words = somebody(app, brand_id)
        before = found_by(app, brand_id, words)
    filled = {name for name, counts in columns.items() if counts}
    total = sum(sum(one.values()) for one in columns.values())
    say(
        "sealed",
        f"{total:,} values in {len(filled)} of {len(columns)} columns, all under key 1",
    )
    say("empty", f"nothing lies in {', '.join(sorted(set(columns) - filled)) or 'no column'}")
    with _asking(home, words) as answered:
        home.siyu("key", "rotate")
        _wait_resealed(home)
        home.siyu("key", "finish")
        time.sleep(3)
    say(
        "rotated",
        f"while the server answered {answered.total():,} searches and reveals: {dict(sorted(answered.items()))}",
    )
    assert set(answered) == {200}, "the server answers all the while"
    with opened(home.settings) as app:
        columns, status = sealed_columns(app), key_status(app)
        under = Counter(
            version for counts in columns.values() for version, n in counts.items() for _ in range(n)
        )
        say("finished", f"keys in the file: {status.readable}; values by key: {dict(under)}")
        assert set(under) == {2}
        assert status.readable == (2,)
        with app.db.transaction(brand_id=brand_id) as session:
            wrong = unreadable_identities(session, cipher=app.cipher, sample=SAMPLE)
        tried, same = opened_values(app, brand_id), found_by(app, brand_id, words) == before
        say(
            "readable",
            f"{tried:,} secrets, events and evidence were opened; of up to {SAMPLE:,} identities {wrong} did not open; "
            f"search as before: {same}",
        )
        assert same
        assert wrong == 0
        _old_key_opens_nothing(app, brand_id, old)
    _second_factor_still_opens(home, app_secret)


def _old_key_opens_nothing(app: App, brand_id: int, old: Path) -> None:
    kept = Cipher.from_file(old)
    refused = app.cipher.encrypt("a name", context="proof")
    try:
        kept.decrypt(refused, context="proof")
    except WrongKey:
        pass
    else:
        raise AssertionError("the old key opens what is written now")
    with app.db.transaction(brand_id=brand_id) as session:
        count = unreadable_identities(session, cipher=kept, sample=200)
    say("old key", f"opens none of {count} identities tried, and nothing that is written now")
    assert count > 0


def _second_factor_still_opens(home: Home, secret: bytes) -> None:
    time.sleep(STEP_SECONDS)  # the code that was used opens no second time
    with closing(home.signed_in(COLLEAGUE, code=code_of(secret, step_of(utcnow())))) as colleague:
        who = post(colleague, "/auth/me", method="GET")["user"]["login"]
        say("signed in", f"{who}, by a code of the app that was set up under the old key")


@contextmanager
def _asking(home: Home, words: Words) -> Iterator[Counter[int]]:
    """Somebody looks people up all the while; how they were answered."""
    answered: Counter[int] = Counter()
    stop = threading.Event()

    def ask() -> None:
        with closing(home.signed_in(OWNER)) as http:
            while not stop.is_set():
                found = http.post("/customers/search", json={"q": words["phone"]})
                answered[found.status_code] += 1
                who = found.json()["items"][0]["customer_id"]
                shown = http.post(f"/customers/{who}/reveal", json={"reason": "a proof"})
                answered[shown.status_code if words["phone"] in shown.text else 0] += 1
                time.sleep(0.05)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answered
    finally:
        stop.set()
        thread.join()


def _wait_resealed(home: Home) -> None:
    end = time.monotonic() + WAIT_SECONDS_MAX
    with opened(home.settings) as app:
        while any(sum(brand.left.values()) for brand in key_status(app).brands):
            assert time.monotonic() < end, "something stays under the old key"
            time.sleep(1)
