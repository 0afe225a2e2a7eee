"""Units of the organisation: added, described, moved, closed and opened again; what they were is kept."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.organisation.actions.differences import apply_changes
from siyu.organisation.contracts import Unit, UnitKind
from siyu.organisation.errors import StoreKeyTaken, TooManyUnits, UnitClosed
from siyu.organisation.models import Brand, OrgUnit, OrgUnitChange
from siyu.organisation.queries import units
from siyu.organisation.rules.tree import UNITS_MAX, check_closing, check_place, check_store_key


def add_unit(
    session: Session,
    *,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    store_key: str | None = None,
    actor: Actor,
    now: datetime,
) -> Unit:
    """The unit stands below its parent, or at the top.

    raises   NotFound (the parent), UnitClosed, UnitUnderStore, UnitTooDeep, StoreKeyMisplaced, StoreKeyTaken,
             TooManyUnits
    effects  one row, and one in its history; audit unit.added
    """
    standing = _locked_tree(session, needed=(parent_id,))
    if len(standing) >= UNITS_MAX:
        raise TooManyUnits(units_max=f"{UNITS_MAX:,}")
    check_store_key(kind, store_key)
    check_place(standing.values(), unit_id=None, parent_id=parent_id)
    _require_free(standing, store_key, unit_id=None)
    row = OrgUnit(
        brand_id=brand_of(session),
        parent_id=parent_id,
        kind=kind,
        name=name,
        store_key=store_key,
        created_at=now,
        closed_at=None,
    )
    session.add(row)
    session.flush()
    after = {"name": name, "kind": kind.value, "parent_id": parent_id, "store_key": store_key}
    _keep(session, row, action="unit.added", before=None, after=after, actor=actor, now=now)
    return row.info()


def change_unit(
    session: Session, *, unit_id: int, name: str | None = None, store_key: str | None = None, actor: Actor,
    now: datetime,
) -> Unit:  # fmt: skip
    """The unit is called this, and the store has this key; what is None stays.

    raises   NotFound, StoreKeyMisplaced, StoreKeyTaken
    effects  its history and audit unit.changed, if anything differs
    """
    standing = _locked_tree(session, needed=(unit_id,))
    row = session.get_one(OrgUnit, unit_id)
    if store_key is not None:
        check_store_key(UnitKind(row.kind), store_key)
        _require_free(standing, store_key, unit_id=unit_id)
    if difference := apply_changes(row, {"name": name, "store_key": store_key}):
        _keep(
            session, row, action="unit.changed", before=difference.before, after=difference.after, actor=actor, now=now
        )  # fmt: skip
    return row.info()


def move_unit(session: Session, *, unit_id: int, parent_id: int | None, actor: Actor, now: datetime) -> Unit:
    """The unit stands below another parent with all that is below it; whose customers are seen follows at once.

    raises   NotFound, UnitClosed, UnitUnderStore, UnitInCircle, UnitTooDeep
    effects  its history and audit unit.moved, if it stood elsewhere
    """
    standing = _locked_tree(session, needed=(unit_id, parent_id))
    row = session.get_one(OrgUnit, unit_id)
    if row.parent_id == parent_id:
        return row.info()
    check_place(standing.values(), unit_id=unit_id, parent_id=parent_id)
    before, row.parent_id = {"parent_id": row.parent_id}, parent_id
    _keep(
        session, row, action="unit.moved", before=before, after={"parent_id": parent_id}, actor=actor, now=now
    )
    return row.info()


def close_unit(session: Session, *, unit_id: int, actor: Actor, now: datetime) -> Unit:
    """The unit is closed: its own people see nobody through it, those above go on seeing its customers.

    Calling twice changes nothing.

    raises   NotFound, UnitNotEmpty
    effects  its history and audit unit.closed
    """
    standing = _locked_tree(session, needed=(unit_id,))
    row = session.get_one(OrgUnit, unit_id)
    if row.closed_at is None:
        check_closing(standing.values(), unit_id=unit_id)
        row.closed_at = now
        _keep(session, row, action="unit.closed", before=None, after=None, actor=actor, now=now)
    return row.info()


def open_unit(session: Session, *, unit_id: int, actor: Actor, now: datetime) -> Unit:
    """The unit is in use again. Calling twice changes nothing.

    raises   NotFound, UnitClosed (its parent), StoreKeyTaken
    effects  its history and audit unit.opened
    """
    standing = _locked_tree(session, needed=(unit_id,))
    row = session.get_one(OrgUnit, unit_id)
    if row.closed_at is not None:
        parent = standing.get(row.parent_id or 0)
        if parent is not None and parent.closed_at is not None:
            raise UnitClosed(name=parent.name)
        _require_free(standing, row.store_key, unit_id=unit_id)
        row.closed_at = None
        _keep(session, row, action="unit.opened", before=None, after=None, actor=actor, now=now)
    return row.info()


def _locked_tree(session: Session, *, needed: tuple[int | None, ...]) -> dict[int, Unit]:
    """The brand's units, that nobody else moves until the transaction ends.

    raises  NotFound
    """
    session.execute(select(Brand.brand_id).where(Brand.brand_id == brand_of(session)).with_for_update())
    standing = {unit.unit_id: unit for unit in units(session)}
    for unit_id in needed:
        if unit_id is not None and unit_id not in standing:
            raise NotFound(what="organisation unit", key=unit_id)
    return standing


def _require_free(standing: dict[int, Unit], store_key: str | None, *, unit_id: int | None) -> None:
    taken = {
        unit.store_key for unit in standing.values() if unit.closed_at is None and unit.unit_id != unit_id
    }
    if store_key is not None and store_key in taken:
        raise StoreKeyTaken(store_key=store_key)


def _keep(
    session: Session,
    row: OrgUnit,
    *,
    action: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actor: Actor,
    now: datetime,
) -> None:
    """The change stands in the unit's history and in the audit log."""
    session.add(OrgUnitChange(brand_id=row.brand_id, at=now, by=actor.label, **asdict(row.info())))
    record(
        session,
        actor=actor,
        action=action,
        subject=("unit", row.unit_id),
        before=before,
        after=after,
        now=now,
    )
