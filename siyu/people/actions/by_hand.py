"""Somebody writes a customer down, or corrects what is known of one, by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import BadInput, NotFound
from siyu.people.actions.claims import resolve_claims
from siyu.people.actions.fields import keep_fields, said_in_fields
from siyu.people.actions.profiles import write_profiles
from siyu.people.actions.regroup import lock_links
from siyu.people.contracts import CustomerRecord, IdentityClaim, MergePart, Namespace
from siyu.people.errors import CustomerChanged, NothingToKnowThemBy, NothingToLink, ValueHeld, WasErased
from siyu.people.models import Customer, CustomerIdentity
from siyu.people.queries.fields import held_fields
from siyu.people.queries.persons import persons_of
from siyu.people.rules.identities import month_day, normal_value, seal_context

SOURCE = "console"
_NAMES = {
    Namespace.MEMBER_NO: ("member number", "会员号"),
    Namespace.PHONE: ("phone", "手机号"),
    Namespace.EMAIL: ("e-mail", "邮箱"),
}

HOLDER = """
    SELECT i.customer_id FROM customer_identity i JOIN customer c ON c.customer_id = i.customer_id
    WHERE i.brand_id = :brand AND i.namespace = :namespace AND i.value_index = ANY(CAST(:indexes AS bytea[]))
      AND NOT c.visitor
"""

HOLD = """
    SELECT customer_id FROM customer WHERE customer_id = ANY(CAST(:numbers AS bigint[])) ORDER BY customer_id FOR UPDATE
"""

# Somebody's word on top of what an import changed: undoing the import does not take it back.
ON_TOP = "DELETE FROM customer_before_import WHERE customer_id = ANY(CAST(:numbers AS bigint[]))"


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody says of a customer. `profile`: only what is said; None clears. `identities`: namespace → value."""

    profile: Mapping[str, Any] = field(default_factory=dict)
    identities: Mapping[Namespace, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)


def create_customer(
    session: Session,
    *,
    cipher: Cipher,
    written: Written,
    actor: Actor,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> int:
    """A customer whom nobody knew is known by what was written.

    returns  the customer's number
    raises   NothingToKnowThemBy, ValueHeld (whose number or card it is already), BadPhone, WasErased, BadFieldValue,
             FieldNeeded
    effects  customer, customer_identity, identity_edge, customer_field; audit customer.created, without values
    """
    if not written.identities:
        raise NothingToKnowThemBy
    values = said_in_fields(session, written.fields, whole=True)
    lock_links(session)
    _refuse_known(session, cipher, written.identities, numbers=())
    claim = IdentityClaim(
        tuple((name.value, value) for name, value in written.identities.items()), SOURCE, authenticated=True,
        said_at=now,
    )  # fmt: skip
    (found,) = resolve_claims(session, cipher=cipher, claims=[claim], batch_id=None, now=now, parts=parts)
    for name, said in written.identities.items():
        if found is None or _holder(session, cipher, name, said) != found.customer_id:
            raise WasErased(what=_NAMES[name][0], what_zh=_NAMES[name][1])
    assert found is not None, "what somebody holds is somebody's"
    namespace, value = claim.identities[0]
    profile = {name: said for name, said in written.profile.items() if said is not None}
    known = CustomerRecord(namespace, value, known_at=now, **profile)
    write_profiles(session, cipher, [known], [found.customer_id], None, now)
    keep_fields(session, cipher=cipher, numbers=[found.customer_id], values=values, source=SOURCE, now=now)
    record(
        session, actor=actor, action="customer.created", subject=("customer", found.customer_id),
        after={"fields": _told(written)}, now=now,
    )  # fmt: skip
    return found.customer_id


def edit_customer(
    session: Session,
    *,
    cipher: Cipher,
    customer_id: int,
    revision: str,
    written: Written,
    actor: Actor,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> None:
    """What was written is known of the customer; the rest stays. A new phone is said by the console, like any claim.

    What is cleared is cleared under every number of the person. `revision`: of `revision_of`, as it was read.

    raises   NotFound, CustomerChanged, ValueHeld, BadPhone, BadFieldValue, FieldNeeded, NothingToLink
    effects  customer, customer_field, links; audit customer.edited, without values
    """
    if written.identities:
        lock_links(session)
    numbers = _locked(session, customer_id)
    if _revision(session, numbers) != revision:
        raise CustomerChanged(customer_id=customer_id)
    known = list(held_fields(session, cipher=cipher, customer_id=customer_id))
    values = said_in_fields(session, written.fields, known=known, whole=False)
    _refuse_known(session, cipher, written.identities, numbers=numbers)
    for namespace, value in written.identities.items():
        _say(session, cipher, numbers[0], (namespace.value, value), now=now, parts=parts)
    _write_profile(session, cipher, numbers, written.profile, now=now)
    keep_fields(session, cipher=cipher, numbers=numbers, values=values, source=SOURCE, now=now)
    record(
        session, actor=actor, action="customer.edited", subject=("customer", numbers[0]),
        after={"fields": _told(written)}, now=now,
    )  # fmt: skip


def revision_of(session: Session, *, customer_id: int) -> str:
    """A text that changes with every change of what is known of the person.

    raises  NotFound
    """
    if session.get(Customer, customer_id) is None:
        raise NotFound(what="customer", key=customer_id)
    return _revision(session, persons_of(session, customer_ids=[customer_id])[customer_id])


def _revision(session: Session, numbers: Sequence[int]) -> str:
    newest: datetime = session.execute(
        text("SELECT max(updated_at) FROM customer WHERE customer_id = ANY(CAST(:numbers AS bigint[]))"),
        {"numbers": list(numbers)},
    ).scalar_one()
    return f"{numbers[0]}@{newest.isoformat()}"


def _locked(session: Session, customer_id: int) -> tuple[int, ...]:
    """All numbers of the person, held until the transaction ends.

    raises  NotFound
    """
    if session.get(Customer, customer_id) is None:
        raise NotFound(what="customer", key=customer_id)
    numbers = persons_of(session, customer_ids=[customer_id])[customer_id]
    session.execute(
        text(HOLD),
        {"numbers": list(numbers)},
    )
    return numbers


def _refuse_known(
    session: Session, cipher: Cipher, identities: Mapping[Namespace, str], *, numbers: Sequence[int]
) -> None:
    """Returns if nobody else is known by these.

    raises  ValueHeld, BadPhone
    """
    for namespace, value in identities.items():
        holder = _holder(session, cipher, namespace, value)
        if holder is not None and holder not in numbers:
            what, what_zh = _NAMES[namespace]
            raise ValueHeld(customer_id=holder, what=what, what_zh=what_zh)


def _holder(session: Session, cipher: Cipher, namespace: Namespace, value: str) -> int | None:
    """The customer who is known by this; nobody, or a visitor, is None.

    raises  BadPhone
    """
    brand_id = brand_of(session)
    indexes = cipher.blind_indexes(normal_value(namespace, value), context=f"{brand_id}/{namespace}")
    given = {"brand": brand_id, "namespace": namespace.value, "indexes": list(indexes)}
    found: int | None = session.scalar(text(HOLDER), given)
    return found


def _say(
    session: Session,
    cipher: Cipher,
    customer_id: int,
    identity: tuple[str, str],
    *,
    now: datetime,
    parts: Iterable[MergePart],
) -> None:
    """The console says that the identity is the customer's, by what they were founded on.

    raises  NothingToLink; BadInput where a rule of identities refuses it
    """
    customer = session.get_one(Customer, customer_id)
    if customer.root_identity_id is None:
        raise NothingToLink(customer_id=customer_id)
    root = session.get_one(CustomerIdentity, customer.root_identity_id)
    context = seal_context(brand_of(session))
    own = (root.namespace, cipher.decrypt(root.value_sealed, context=context))
    claims = [
        IdentityClaim(
            (own, identity), SOURCE, authenticated=True, said_at=now, event_id=f"edit@{now.isoformat()}"
        ),
        IdentityClaim((identity,), SOURCE, authenticated=True, said_at=now),
    ]
    _, found = resolve_claims(session, cipher=cipher, claims=claims, batch_id=None, now=now, parts=parts)
    if found is None:
        what, what_zh = _NAMES[Namespace(identity[0])]
        raise WasErased(what=what, what_zh=what_zh)
    if found.customer_id != customer_id:
        raise BadInput(
            what=identity[0], why="the rules of identities do not let it be this customer's",
            remedy="Look at the policies of identities, or at what is used by too many people.",
        )  # fmt: skip


def _write_profile(
    session: Session, cipher: Cipher, numbers: Sequence[int], said: Mapping[str, Any], *, now: datetime
) -> None:
    columns = _columns(cipher, brand_of(session), said)
    cleared = [name for name, value in columns.items() if value is None]
    if cleared:
        nothing = ", ".join(f"{name} = NULL" for name in cleared)
        session.execute(
            text(f"UPDATE customer SET {nothing} WHERE customer_id = ANY(CAST(:numbers AS bigint[]))"),
            {"numbers": list(numbers)},
        )
    kept = {name: value for name, value in columns.items() if value is not None}
    changes = "".join(f"{name} = :{name}, " for name in kept)
    session.execute(
        text(f"UPDATE customer SET {changes}updated_at = :now WHERE customer_id = :customer"),
        {**kept, "now": now, "customer": numbers[0]},
    )
    if columns:
        session.execute(text(ON_TOP), {"numbers": list(numbers)})
    session.expire_all()


def _columns(cipher: Cipher, brand_id: int, said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that what was said of a profile fills or empties."""
    columns: dict[str, Any] = {
        name: value
        for name, value in said.items()
        if name in ("gender", "province", "store_key", "joined_at")
    }
    context = seal_context(brand_id)
    if "name" in said:
        name = said["name"]
        columns["name_sealed"] = cipher.encrypt(name, context=context) if name else None
        columns["name_index"] = cipher.blind_index(name, context=f"{brand_id}/name") if name else None
    if "birthday" in said:
        birthday: date | None = said["birthday"]
        columns["birthday_sealed"] = (
            cipher.encrypt(birthday.isoformat(), context=context) if birthday else None
        )
        columns["birth_month_day"] = month_day(birthday)
    return columns


def _told(written: Written) -> list[str]:
    return sorted([*written.profile, *(name.value for name in written.identities), *written.fields])
