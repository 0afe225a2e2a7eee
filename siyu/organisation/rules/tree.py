"""Pure decisions about the organisation's tree: where a unit may stand, and whose customers somebody sees."""

from collections.abc import Iterable

from siyu.organisation.contracts import StaffRole, Unit, UnitKind
from siyu.organisation.errors import (
    StoreKeyMisplaced,
    UnitClosed,
    UnitInCircle,
    UnitNotEmpty,
    UnitTooDeep,
    UnitUnderStore,
)

DEPTH_MAX = 12
UNITS_MAX = 20_000
WHOLE_BRAND = frozenset({StaffRole.OWNER, StaffRole.OPERATOR, StaffRole.ANALYST, StaffRole.DEVELOPER})


def sees_whole_brand(roles: Iterable[StaffRole]) -> bool:
    """Work at head office is with everybody; store managers, guides and agents see the customers of their units.

    As with permissions, a further role never takes anything away.

    >>> sees_whole_brand([StaffRole.GUIDE]), sees_whole_brand([StaffRole.GUIDE, StaffRole.ANALYST])
    (False, True)
    """
    return not WHOLE_BRAND.isdisjoint(roles)


def stores_below(units: Iterable[Unit], *, roots: Iterable[int]) -> frozenset[str]:
    """The stores of somebody's units and of all that stands below them.

    A unit that is closed gives its own people nothing; to those above, its customers remain.

    >>> shop = Unit(2, 1, UnitKind.STORE, "Bund", "S1", None)
    >>> sorted(stores_below([Unit(1, None, UnitKind.REGION, "East", None, None), shop], roots=[1]))
    ['S1']
    """
    known = {unit.unit_id: unit for unit in units}
    below: dict[int | None, list[Unit]] = {}
    for unit in known.values():
        below.setdefault(unit.parent_id, []).append(unit)
    waiting = [known[root] for root in roots if root in known and known[root].closed_at is None]
    seen: set[int] = set()
    stores: set[str] = set()
    while waiting:
        unit = waiting.pop()
        if unit.unit_id not in seen:
            seen.add(unit.unit_id)
            stores |= {unit.store_key} if unit.store_key is not None else set()
            waiting += below.get(unit.unit_id, [])
    return frozenset(stores)


def check_store_key(kind: UnitKind, store_key: str | None) -> None:
    """Returns if a store, and nothing else, bears the key of a store.

    raises  StoreKeyMisplaced
    """
    if (kind == UnitKind.STORE) != (store_key is not None):
        raise StoreKeyMisplaced


def check_place(units: Iterable[Unit], *, unit_id: int | None, parent_id: int | None) -> None:
    """Returns if the unit may stand below the parent with all that is below it; a new one has no number yet.

    raises  UnitClosed, UnitUnderStore, UnitInCircle, UnitTooDeep
    """
    known = {unit.unit_id: unit for unit in units}
    if parent_id is None:
        return
    parent = known[parent_id]
    if parent.closed_at is not None:
        raise UnitClosed(name=parent.name)
    if parent.kind == UnitKind.STORE:
        raise UnitUnderStore(name=parent.name)
    above, place = [parent_id], parent.parent_id
    while place is not None and len(above) <= DEPTH_MAX:
        above.append(place)
        place = known[place].parent_id
    if unit_id in above:
        raise UnitInCircle(name=parent.name)
    if len(above) + (1 if unit_id is None else _height(known.values(), unit_id)) > DEPTH_MAX:
        raise UnitTooDeep(depth_max=DEPTH_MAX)


def check_closing(units: Iterable[Unit], *, unit_id: int) -> None:
    """Returns if nothing below the unit is open: whatever goes on is moved first.

    raises  UnitNotEmpty
    """
    open_below = [unit for unit in units if unit.parent_id == unit_id and unit.closed_at is None]
    if open_below:
        raise UnitNotEmpty(units=len(open_below), name=open_below[0].name)


def _height(units: Iterable[Unit], unit_id: int) -> int:
    """How many levels the unit has, itself among them."""
    level, height = {unit_id}, 0
    while level and height <= DEPTH_MAX:
        height += 1
        level = {unit.unit_id for unit in units if unit.parent_id in level}
    return height
