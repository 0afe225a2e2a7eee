"""`make proof`: one person of the demo is erased and the key of personal data replaced, and each line is looked up.

Nothing is left behind: the demo is served in a temporary folder. Three minutes.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from bench.proof_home import (
    OWNER,
    Home,
    Sums,
    Words,
    brand_of_home,
    found_by,
    furnish,
    post,
    sales_of,
    say,
    served_demo,
    somebody,
)
from bench.proof_keys import prove_rotation
from siyu.entrypoints.app import opened
from siyu.kernel.app import App
from siyu.kernel.logs import configure_logs
from siyu.kernel.settings import Settings
from siyu.people.api import profiles_of
from siyu.privacy.rules.proof import is_whole

WAIT_SECONDS_MAX = 300


def main() -> None:
    """Each step says in one line what was seen; the first that does not hold ends it with 1."""
    configure_logs("warning")
    with tempfile.TemporaryDirectory(prefix="siyu-proof-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        try:
            with served_demo(folder / "home") as home:
                app_secret = prove(home, folder)
                prove_rotation(home, folder, app_secret)
        except AssertionError as failure:
            say("NOT PROVED", str(failure))
            sys.exit(1)


def prove(home: Home, folder: Path) -> bytes:
    """One person is erased: sales are as before, nothing finds them, a backup of afterwards neither."""
    owner = home.signed_in(OWNER)
    secret = furnish(home, owner)
    with opened(home.settings) as app:
        brand_id = brand_of_home(app)
        person, words = somebody(app, brand_id)
        before, theirs = sales_of(app, brand_id), sales_of(app, brand_id, (person,))
        found = found_by(app, brand_id, words)
    say("demo", f"served at {home.settings.address}; orders, lines, refunds (rows, fen): {_plain(before)}")
    say(
        "person",
        f"customer {person}, {theirs['order'][0]} orders; found by {', '.join(f'{k}: {n}' for k, n in found.items())}",
    )
    assert all(found.values()), "somebody is found by all that is known of them"
    home.siyu("backup", folder / "before.tar")
    proof = _erase(owner, person)
    removed = ", ".join(f"{one['place']} {one['count']}" for one in proof["removed"])
    hits = sum(one["count"] for one in proof["searches"])
    say("erased", f"removed: {removed}; {len(proof['searches'])} searches afterwards found {hits}")
    say(
        "proof", f"SHA-256 {proof['sha256']} holds: {is_whole(proof)}; sales equal: {proof['sales']['equal']}"
    )
    assert is_whole(proof)
    assert proof["sales"]["equal"]
    assert hits == 0
    with opened(home.settings) as app:
        _unfindable(app, brand_id, person, words, before, theirs, where="here")
    home.siyu("backup", folder / "after.tar")
    _restored(home, folder, "after.tar", brand_id, person, words, before, theirs)
    owner.close()
    return secret


def _erase(owner: httpx.Client, person: int) -> Any:
    order = {"kind": "erasure", "customer_id": person, "reason": "asked at the shop"}
    asked = post(owner, "/privacy/requests", order)
    number, end = asked["request_id"], time.monotonic() + WAIT_SECONDS_MAX
    if asked["state"] == "awaiting_approval":
        raise AssertionError("the demo brand wants a second person to approve")
    while (state := post(owner, f"/privacy/requests/{number}", method="GET")["state"]) != "done":
        assert state in ("queued", "running"), state
        assert time.monotonic() < end, "the erasure does not end"
        time.sleep(0.5)
    return post(owner, f"/privacy/requests/{number}/proof", method="GET")["proof"]


def _unfindable(
    app: App, brand_id: int, person: int, words: Words, before: Sums, theirs: Sums, *, where: str
) -> None:
    found, after = found_by(app, brand_id, words), sales_of(app, brand_id)
    own = sales_of(app, brand_id, (person,))
    with app.db.transaction(brand_id=brand_id) as session:
        profile = profiles_of(session, cipher=app.cipher, customer_ids=[person], reveal=True)[person]
    nameless = not (profile.name or profile.phone or profile.identities)
    say(
        "unfindable",
        f"{where}: found by {', '.join(f'{k}: {n}' for k, n in found.items())}; their page names nobody: {nameless}",
    )
    say(
        "sales",
        f"{where}: {_plain(after)}, equal: {after == before}; of customer {person} equal: {own == theirs}",
    )
    assert not any(found.values())
    assert nameless
    assert (after, own) == (before, theirs)


def _restored(
    home: Home,
    folder: Path,
    backup: str,
    brand_id: int,
    person: int,
    words: Words,
    before: Sums,
    theirs: Sums,
) -> None:
    """The backup, brought back into another home, finds nobody either."""
    settings = Settings.from_environment({"SIYU_HOME": str(folder / "restored")})
    settings.home.mkdir()
    shutil.copy2(home.settings.key_file, settings.key_file)
    Home(settings).siyu("restore", folder / backup)
    with opened(settings) as app:
        _unfindable(app, brand_id, person, words, before, theirs, where=f"{backup} restored")


def _plain(sums: Sums) -> str:
    return "; ".join(f"{table} {rows:,}, {fen:,}" for table, (rows, fen) in sums.items())


if __name__ == "__main__":
    main()
