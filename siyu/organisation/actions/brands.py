"""Brands are made and described; they are never removed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of, enter_brand
from siyu.organisation.actions.differences import apply_changes
from siyu.organisation.contracts import BrandInfo, Language, StaffRole
from siyu.organisation.errors import BrandCodeTaken
from siyu.organisation.models import Brand
from siyu.organisation.rules.brands import check_brand_code, check_currency, check_time_zone


def create_brand(
    session: Session,
    *,
    code: str,
    name: str,
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    language: Language = Language.CHINESE,
    margin_basis_points: int = 5_000,
    default_holdout_basis_points: int = 1_000,
    needs_approval: bool = False,
    demo: bool = False,
    actor: Actor,
    now: datetime,
) -> BrandInfo:
    """The brand exists and the session works inside it until its transaction ends.

    raises   BadBrandCode, UnknownTimeZone, UnknownCurrency, BrandCodeTaken
    effects  one row in brand; audit brand.created. The brand's lake is made by `migrate_brand`
    """
    check_brand_code(code)
    check_time_zone(time_zone)
    check_currency(currency)
    brand_id: int = session.execute(text("SELECT nextval('brand_brand_id_seq')")).scalar_one()
    enter_brand(session, brand_id=brand_id)
    row = insert(Brand).values(
        brand_id=brand_id,
        code=code,
        name=name,
        time_zone=time_zone,
        currency=currency,
        language=language,
        margin_basis_points=margin_basis_points,
        default_holdout_basis_points=default_holdout_basis_points,
        needs_approval=needs_approval,
        demo=demo,
        created_at=now,
        second_factor_roles=[],
    )
    brand: Brand | None = session.scalar(row.on_conflict_do_nothing().returning(Brand))
    if brand is None:
        raise BrandCodeTaken(value=code)
    after = {"code": code, "name": name, "time_zone": time_zone, "currency": currency}
    record(session, actor=actor, action="brand.created", subject=("brand", brand_id), after=after, now=now)
    return brand.info()


def update_brand(
    session: Session,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    language: Language | None = None,
    margin_basis_points: int | None = None,
    default_holdout_basis_points: int | None = None,
    needs_approval: bool | None = None,
    second_factor_roles: Iterable[StaffRole] | None = None,
    actor: Actor,
    now: datetime,
) -> BrandInfo:
    """The session's brand is described like this; what is None stays.

    Code and currency stay for ever: amounts are stored in the one, and scripts name the other. People with one of
    `second_factor_roles` have to set up an authenticator app with their next request.

    raises   UnknownTimeZone
    effects  audit brand.changed, if anything differs
    """
    if time_zone is not None:
        check_time_zone(time_zone)
    brand = session.get_one(Brand, brand_of(session), with_for_update=True)
    wanted = {
        "name": name,
        "time_zone": time_zone,
        "language": language,
        "margin_basis_points": margin_basis_points,
        "default_holdout_basis_points": default_holdout_basis_points,
        "needs_approval": needs_approval,
        "second_factor_roles": None if second_factor_roles is None else sorted(set(second_factor_roles)),
    }
    if difference := apply_changes(brand, wanted):
        record(
            session, actor=actor, action="brand.changed", subject=("brand", brand.brand_id),
            before=difference.before, after=difference.after, now=now,
        )  # fmt: skip
    return brand.info()
