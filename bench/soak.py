"""`make soak`: the whole system, and single imports, are killed at random again and again; nothing is lost or doubled.

Then anything is sent to every operation. An hour at most. Works in rounds and notes each in .soak/: Ctrl-C ends after
tidying up and prints the summary so far, and the next call with the same seed goes on where this one ended.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from bench.home import import_file
from siyu.entrypoints.app import opened, set_up
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.lake import brand_schema
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_brand
from tests.entrypoints.answers import said as said_of_answers
from tests.failure.house import VICTIMS
from tests.failure.rounds import run_round
from tests.failure.summary import said_of

NOTES = Path(".soak")
KILLS_A_ROUND = 20
IMPORTS_A_ROUND = 10
KILLING_SECONDS_MAX = 600  # then what was begun is finished and compared
REQUEST_PARTS = 4
ROUND_SECONDS_MAX = {"system": 1_000, "imports": 180, "requests": 1_200}
ORDERS = 20_000
MAP = """
kind: orders
source: soak
grain: line
customer_namespace: member_no
columns: {order_key: order, ordered_at: at, customer_key: customer, product_key: product,
          quantity: quantity, unit_price: price}
"""
CHILD = """
import sys
from pathlib import Path
from bench.home import import_file
from bench.soak import MAP
from siyu.entrypoints.app import opened
from siyu.kernel.settings import Settings
from siyu.organisation.api import only_brand
with opened(Settings.from_environment({"SIYU_HOME": sys.argv[1]})) as app:
    with app.db.transaction(brand_id=None) as session:
        brand = only_brand(session)
    import_file(app, brand, Path(sys.argv[2]), map_text=MAP)
"""

Note = dict[str, Any]


def main() -> None:
    """Progress as it goes, and a summary; the exit code says whether all rounds were made and all was well."""
    options = _options()
    notes = NOTES / f"seed-{options.seed}.jsonl"
    if options.again:
        notes.unlink(missing_ok=True)
    wanted = [
        *_rounds("system", options.kills, KILLS_A_ROUND),
        *_rounds("imports", options.imports, IMPORTS_A_ROUND),
        *(("requests", number, 0) for number in range(REQUEST_PARTS if options.requests else 0)),
    ]
    done = _read(notes)
    until = time.monotonic() + options.minutes * 60
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        for part, number, kills in wanted:
            if (part, number) in {(one["part"], one["round"]) for one in done}:
                continue
            if time.monotonic() + ROUND_SECONDS_MAX[part] > until:
                print(f"The {options.minutes} minutes are over; call again to go on.")
                break
            done.append({**_made(part, number, kills, options), "part": part, "round": number})
            notes.parent.mkdir(exist_ok=True)
            with notes.open("a") as file:
                file.write(json.dumps(done[-1]) + "\n")
    except KeyboardInterrupt:
        print("\nStopped; call again to go on.")
    sys.exit(0 if _summary(done, wanted=len(wanted)) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="of server, worker and PostgreSQL (200)")
    parser.add_argument("--imports", type=int, default=30, help="imports that are killed (30)")
    parser.add_argument("--requests", type=int, default=100, help="sent to each operation (100)")
    parser.add_argument("--seed", type=int, default=7, help="the same crowd and the same choices again (7)")
    parser.add_argument(
        "--minutes", type=float, default=60, help="at most; what is left over comes with the next call (60)"
    )
    parser.add_argument("--again", action="store_true", help="from the start, whatever was noted")
    return parser.parse_args()


def _rounds(part: str, kills: int, at_once: int) -> Iterator[tuple[str, int, int]]:
    for number, start in enumerate(range(0, kills, at_once)):
        yield part, number, min(at_once, kills - start)


def _read(notes: Path) -> list[Note]:
    return [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _made(part: str, number: int, kills: int, options: argparse.Namespace) -> Note:
    """One round, told on one line."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="siyu-soak-", ignore_cleanup_errors=True) as folder:
        if part == "requests":
            note = _requests(options.requests, number)
        else:
            work = _system if part == "system" else _imports
            note = work(Path(folder), kills, options.seed * 1_000 + number)
        if note["faults"] and (Path(folder) / "home").exists():
            shutil.move(Path(folder) / "home", kept := _new_folder(f"{part}-{options.seed}-{number}"))
            note["faults"].append(f"the home is kept in {kept}")
    note["seconds"] = round(time.monotonic() - begun)
    well = "well" if not note["faults"] else f"{len(note['faults'])} FAULTS"
    struck = f"{note['kills'].total()} of {kills} kills" if kills else note["said"]
    print(f"{part} round {number + 1}: {struck} in {note['seconds']} s, {well}", flush=True)
    for fault in note["faults"]:
        print(f"  {fault}", flush=True)
    return note


def _new_folder(name: str) -> Path:
    """A place for the home of a round with faults, beside those of earlier calls."""
    return NOTES / f"{name}-{time.strftime('%d%H%M%S')}"


def _requests(examples: int, part: int) -> Note:
    """Anything is sent to a share of the operations, in ways that fit their description and in ways that do not."""
    asked = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "tests/entrypoints/test_anything_sent.py"],
        env={**os.environ, "SIYU_FUZZ_EXAMPLES": str(examples), "SIYU_FUZZ_PART": f"{part}/{REQUEST_PARTS}"},
        check=False, capture_output=True, text=True, timeout=ROUND_SECONDS_MAX["requests"],
    )  # fmt: skip
    lines = asked.stdout.splitlines()
    told = next((line.removeprefix("answers: ") for line in lines if line.startswith("answers: ")), "{}")
    answered = {label: _by_status(counts) for label, counts in json.loads(told).items()}
    said = said_of_answers(answered) if answered else "nothing was said"
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return {
        "kills": Counter(),
        "said": said,
        "answered": answered,
        "faults": failed or ([] if asked.returncode == 0 else [said]),
    }


def _by_status(counts: dict[str, int]) -> dict[int, int]:
    """The counts as they were before they were JSON."""
    return {int(status): count for status, count in counts.items()}


def _system(folder: Path, kills: int, seed: int) -> Note:
    """Server, worker and PostgreSQL are killed under load."""

    def say(what: str) -> None:
        print(f"  {what:<30}", end="\r", flush=True)

    outcome = run_round(folder / "home", seed=seed, kills=kills, seconds_max=KILLING_SECONDS_MAX, say=say)
    print(f"  {said_of([outcome])}", flush=True)
    struck = outcome.kills.total()
    short = [] if struck == kills else [f"only {struck} kills in the time there was"]
    return {
        **asdict(outcome.found), "given_back": outcome.given_back, "faults": [*outcome.faults, *short],
        "kills": outcome.kills, "answers": outcome.answers,
    }  # fmt: skip


def _imports(folder: Path, kills: int, seed: int) -> Note:
    """One import is begun and killed again and again; at its end it has what one undisturbed import has."""
    home, file = folder / "home", folder / "orders.csv"
    wanted = _write(file)
    settings = Settings.from_environment({"SIYU_HOME": str(home)})
    set_up(settings)
    with opened(settings) as app:
        with app.db.transaction(brand_id=None) as session:
            brand = create_brand(session, code="soak", name="Soak", actor=COMMAND_LINE, now=utcnow())
        migrate_brand(app.lake, brand_id=brand.brand_id, now=utcnow())
        killed = _kill_often(home, file, kills, seed)
        import_file(app, brand, file, map_text=MAP)
        with app.lake.reading() as cursor:
            schema = brand_schema(brand.brand_id)
            found = cursor.execute(
                f"SELECT count(*), sum(amount_fen)::BIGINT FROM {schema}.order_line"
            ).fetchone()
    faults = [] if found == wanted else [f"lines and fen found {found}, wanted {wanted}"]
    return {"kills": Counter({"import": killed}), "faults": faults}


def _kill_often(home: Path, file: Path, kills: int, seed: int) -> int:
    killed, luck = 0, random.Random(seed)  # noqa: S311 -- repeats the same kills; no secret
    for _ in range(kills):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(home), str(file)], stderr=subprocess.DEVNULL
        )
        try:
            child.wait(luck.uniform(1.0, 9.0))
        except subprocess.TimeoutExpired:
            killed += 1
        finally:
            child.kill()
            child.wait()
    return killed


def _write(file: Path) -> tuple[int, int]:
    total = 0
    with file.open("w") as out:
        out.write("order,at,customer,product,quantity,price\n")
        for number in range(ORDERS):
            fen = 100 + number % 977
            total += 2 * fen
            out.write(
                f"S{number},2026-01-{number % 28 + 1:02d} 10:00:00,M{number % 999},P{number % 50},2,{fen / 100}\n"
            )
    return ORDERS, total


def _summary(done: list[Note], *, wanted: int) -> bool:
    """The table; whether every round was made and none had a fault."""
    kills: Counter[str] = Counter()
    for note in done:
        kills.update(note["kills"])
    system = [note for note in done if note["part"] == "system"]

    def total(name: str) -> int:
        return sum(note[name] for note in system)

    faults = [fault for note in done for fault in note["faults"]]
    by_process = ", ".join(f"{name} {kills[name]}" for name in (*VICTIMS, "import") if kills[name])
    rows = {
        "rounds": f"{len(done)} of {wanted}",
        "killed (-9)": f"{kills.total()}: {by_process}",
        "events acknowledged": f"{total('acknowledged'):,}",
        "counted once": f"{total('once'):,}  (some were taken though their answer was lost)",
        "counted twice": total("twice"),
        "lost": total("lost"),
        "joined by events": f"{total('joined'):,} pairs; customers {total('customers'):,}, those of the naive walk",
        "merged by hand": f"{total('merges'):,}, {total('parted'):,} taken back, {total('merged_twice')} merged twice",
        "given back": f"{total('given_back')} pairs joined and parted at rest, each side as before",
        "consents": f"{total('consents'):,}, {total('withdrawals'):,} withdrawals, all stand",
        "erased": f"{total('erased'):,} people, found by nothing",
        "delivered": f"{total('delivered'):,} events in {total('deliveries'):,} posts, at least once each",
        "chains intact": f"{sum(note['chain_intact'] for note in system)} of {len(system)}, {total('seals'):,} seals",
        "faults": len(faults),
    }
    answered = {label: counts for note in done for label, counts in note.get("answered", {}).items()}
    print("\n" + "\n".join(f"{name:<22}{value}" for name, value in rows.items()))
    if answered:
        print(said_of_answers({label: _by_status(counts) for label, counts in answered.items()}))
    return len(done) == wanted and not faults


if __name__ == "__main__":
    main()
