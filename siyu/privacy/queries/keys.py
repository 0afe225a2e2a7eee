"""How the keys stand: which there are, what is under which, and whether everything opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.sealing import left_by_part
from siyu.organisation.api import all_brands
from siyu.people.api import found_by_index_alone, unreadable_identities

ROTATIONS = "SELECT version, key_id, started_at, finished_at FROM key_rotation ORDER BY version DESC LIMIT 20"
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """A key that came into use."""

    version: int
    key_id: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class BrandKeys:
    """What of one brand is under older keys, by part; `unreadable`: of a sample of values."""

    brand_id: int
    code: str
    left: Mapping[str, int]
    by_index_alone: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """The keys of the file, the newest first, and how each brand stands."""

    newest: int
    key_id: str
    readable: tuple[int, ...]
    rotations: tuple[Rotation, ...]
    brands: tuple[BrandKeys, ...]


def key_status(app: App, *, brand_id: int | None = None) -> KeyStatus:
    """How the keys stand, for one brand or all."""
    app.cipher.refresh()
    with app.db.transaction(brand_id=None) as session:
        brands = [one for one in all_brands(session) if brand_id in (None, one.brand_id)]
        rotations = tuple(Rotation(*row) for row in session.execute(text(ROTATIONS)))
    return KeyStatus(
        newest=app.cipher.version, key_id=app.cipher.key_id, readable=app.cipher.readable, rotations=rotations,
        brands=tuple(_of_brand(app, one.brand_id, one.code) for one in brands),
    )  # fmt: skip


def _of_brand(app: App, brand_id: int, code: str) -> BrandKeys:
    with app.db.transaction(brand_id=brand_id) as session:
        alone = found_by_index_alone(session, brand_id=brand_id)
        unreadable = unreadable_identities(session, cipher=app.cipher, sample=SAMPLE)
    return BrandKeys(brand_id, code, left_by_part(app, brand_id=brand_id), alone, unreadable)
