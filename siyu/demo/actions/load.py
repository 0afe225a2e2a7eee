"""The demo brand is loaded: people who work there, customers, two years of orders, what is known of them."""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from siyu.campaigns.api import campaigns_page
from siyu.campaigns.contracts import CampaignState
from siyu.demo.actions.asking import write_texts
from siyu.demo.actions.desk import furnish_desk
from siyu.demo.actions.labels import write_labels
from siyu.demo.actions.sending import send_traces
from siyu.demo.actions.staff import LOGINS, PASSWORD, hire
from siyu.demo.actions.story import Stage, tell_story
from siyu.demo.contracts import DemoBrand
from siyu.demo.files import FILES, map_text, write_files
from siyu.demo.world.history import generate
from siyu.insight.api import change_settings, refresh
from siyu.intake.api import ImportOrder, content_sha256, request_import, run_import
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import all_brands, create_brand

SEED = 7
CUSTOMERS = 20_000
CODE, NAME = "xizhi", "溪栀茶点"
# People who come for tea every other day are not lost after a week's holiday: their own rhythm counts from 45 days on.
THRESHOLDS = {"lifecycle": {"gap_silence_days_min": 45}}
PAST_DAYS = 28
ZONE, MORNING = "Asia/Shanghai", time(10)
OWNER, OPERATOR = Actor("user", None, "lin"), Actor("user", None, "chen")

Say = Callable[[str], None]
Clock = Callable[[], datetime]


def load_demo(app: App, *, clock: Clock, say: Say, customers: int = CUSTOMERS) -> None:
    """The demo brand stands in this home; what was loaded before, even in part, is not loaded again.

    limits   a load that was cut short is finished with as many customers as it began with
    effects  a brand with units and people, five imports, a campaign, events, tags, requests; `demo.json` in the home
             remembers the moment it ends at
    """
    as_of = _as_of(app, clock())
    if as_of is None:
        return
    brand_id = _brand(app, as_of)
    hire(app, brand_id=brand_id, actor=OWNER, now=as_of)
    write_texts(app, brand_id=brand_id, actor=OPERATOR, now=as_of)
    say(f"simulating two years of {customers:,} customers")
    brand = generate(seed=SEED, customers=customers, as_of=as_of)
    _imports(app, brand, brand_id, lambda: as_of, say)
    say("computing traits, life cycle and RFM")
    refresh(app, brand_id=brand_id, as_of=as_of, now=as_of)
    with tempfile.TemporaryDirectory() as folder:
        tell_story(
            Stage(app, brand_id, OPERATOR, as_of, say), brand,
            import_file=partial(_import, app, brand_id, clock, say), folder=Path(folder),
        )  # fmt: skip
    say("eight weeks of the mini program, the tills and WeCom")
    send_traces(app, brand, brand_id=brand_id, actor=OPERATOR, now=clock())
    write_labels(app, brand, brand_id=brand_id, actor=OPERATOR, now=clock())
    furnish_desk(app, brand, brand_id=brand_id, actor=OWNER, now=clock())
    refresh(app, brand_id=brand_id, as_of=clock(), now=clock())
    _remember(app, as_of, done=True)


def demo_logins() -> list[dict[str, str]]:
    """The logins of the demo, for its sign-in page and the terminal."""
    return [{"login": login, "password": PASSWORD, "role": role.value} for login, (_, role) in LOGINS.items()]


def is_demo(home: Path) -> bool:
    """Whether this home holds the demo brand."""
    return _file(home).exists()


def _file(home: Path) -> Path:
    return home / "demo.json"


def _as_of(app: App, now: datetime) -> datetime | None:
    """Where the simulated past ends: decided once. None if everything is loaded already.

    A home that was restored from a backup has the brand but not our file: the brand was made as of that moment.
    """
    file = _file(app.settings.home)
    if not file.exists():
        _recognise(app)
    if file.exists():
        remembered = json.loads(file.read_text())
        return None if remembered["done"] else datetime.fromisoformat(remembered["as_of"])
    day = (now - timedelta(days=PAST_DAYS)).astimezone(ZoneInfo(ZONE)).date()
    as_of = datetime.combine(day, MORNING, ZoneInfo(ZONE)).astimezone(UTC)
    _remember(app, as_of, done=False)
    return as_of


def _recognise(app: App) -> None:
    """`demo.json` says of a demo brand that is there without it whether the whole story was told."""
    with app.db.transaction(brand_id=None) as session:
        found = [brand for brand in all_brands(session) if brand.code == CODE and brand.demo]
    for brand in found:
        with app.db.transaction(brand_id=brand.brand_id) as session:
            told = campaigns_page(session, state=CampaignState.SENT, limit=1).total > 0
        _remember(app, brand.created_at, done=told)


def _remember(app: App, as_of: datetime, *, done: bool) -> None:
    file = _file(app.settings.home)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps({"as_of": as_of.isoformat(), "done": done}))
    draft.replace(file)


def _brand(app: App, now: datetime) -> int:
    with app.db.transaction(brand_id=None) as session:
        known = {brand.code: brand.brand_id for brand in all_brands(session)}
    if CODE not in known:
        with app.db.transaction(brand_id=None) as session:
            made = create_brand(
                session, code=CODE, name=NAME, margin_basis_points=6_200, demo=True, actor=SYSTEM, now=now
            )
        known[CODE] = made.brand_id
    migrate_brand(app.lake, brand_id=known[CODE], now=now)
    with app.db.transaction(brand_id=known[CODE]) as session:
        change_settings(session, settings=THRESHOLDS, actor=SYSTEM, now=now)
    return known[CODE]


def _imports(app: App, brand: DemoBrand, brand_id: int, clock: Clock, say: Say) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, path in zip(FILES, write_files(brand, Path(folder)), strict=True):
            _import(app, brand_id, clock, say, name, path, map_text(name))


def _import(app: App, brand_id: int, clock: Clock, say: Say, what: str, path: Path, words: str) -> None:
    say(f"importing {what}")
    with app.db.transaction(brand_id=brand_id) as session:
        import_id = request_import(
            session, order=ImportOrder(path, words), sha256=content_sha256(path), actor=SYSTEM, now=clock(),
            in_background=False,
        )  # fmt: skip
    run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
