"""Who works at the demo brand, and where: head office, four regions, their stores, and people of both."""

from datetime import datetime

from sqlalchemy.orm import Session

from siyu.demo.world.places import all_stores
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor
from siyu.organisation.api import add_unit, create_user, set_units, units, users
from siyu.organisation.contracts import StaffRole, Unit, UnitKind

PASSWORD = "tea-and-pastry"  # noqa: S105 -- the demo's logins are shown on its sign-in page
LOGINS = {
    "lin": ("林知夏", StaffRole.OWNER),
    "chen": ("陈予安", StaffRole.OPERATOR),
    "zhou": ("周明澈", StaffRole.ANALYST),
    "xu": ("许闻舟", StaffRole.DEVELOPER),
    "gao": ("高翊宁", StaffRole.STORE_MANAGER),
    "shen": ("沈若溪", StaffRole.GUIDE),
    "qiao": ("乔一帆", StaffRole.AGENT),
}
HEAD_OFFICE, SERVICE = "溪栀茶点总部", "客户服务部"
UNIT_OF = {"gao": "湖滨旗舰店", "shen": "湖滨旗舰店", "qiao": "华东大区"}


def hire(app: App, *, brand_id: int, actor: Actor, now: datetime) -> None:
    """The units stand and the people work in them; what stood before is left alone."""
    with app.db.transaction(brand_id=brand_id) as session:
        if not units(session):
            _found(session, actor, now)
        place = {unit.name: unit.unit_id for unit in units(session)}
        present = {user.login for user in users(session)}
        for login, (name, role) in LOGINS.items():
            if login in present:
                continue
            made = create_user(
                session, login=login, display_name=name, roles=[role], password=PASSWORD,
                must_change_password=False, actor=SYSTEM, now=now,
            )  # fmt: skip
            if login in UNIT_OF:
                set_units(
                    session, user_id=made.user.user_id, unit_ids=[place[UNIT_OF[login]]], actor=actor, now=now
                )


def _found(session: Session, actor: Actor, now: datetime) -> None:
    """Head office with its service department, below it the regions, below those the stores of the till."""

    def below(parent: Unit | None, kind: UnitKind, name: str, store_key: str | None = None) -> Unit:
        return add_unit(
            session, name=name, kind=kind, parent_id=parent.unit_id if parent else None, store_key=store_key,
            actor=actor, now=now,
        )  # fmt: skip

    top = below(None, UnitKind.HEAD_OFFICE, HEAD_OFFICE)
    below(top, UnitKind.DEPARTMENT, SERVICE)
    stores = all_stores()
    for region in dict.fromkeys(store.region for store in stores):
        stands = below(top, UnitKind.REGION, f"{region}大区")
        for store in stores:
            if store.region == region:
                below(stands, UnitKind.STORE, store.name, store.code)
