"""Reads: whom a channel reaches, who someone is, who is known."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import pyarrow as pa
from sqlalchemy import func, or_, text, tuple_, union
from sqlalchemy import select as sql_select
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import arrow_chunks, arrow_of, brand_of, stores_of
from siyu.kernel.errors import NotFound
from siyu.people.contracts import (
    EVERYWHERE,
    MARKETING,
    Channel,
    Namespace,
    Profile,
    SeenIdentity,
    SuppressionKind,
)
from siyu.people.errors import BadPhone
from siyu.people.models import Customer, CustomerIdentity
from siyu.people.queries.fields import found_by_field
from siyu.people.queries.ledger import LIVE_ENTRY
from siyu.people.queries.links import policies_for
from siyu.people.rules.identities import (
    mask,
    mask_name,
    normal_by,
    seal_context,
    value_indexes,
)

T = TypeVar("T")
PROFILES_MAX = 500

# Everybody whose number it is now: a merged customer's number stands for whom they count as. A CASE, for a coalesce()
# may not be compared in an index below row-level security: PostgreSQL would read the whole brand for each customer.
REACH = f"""
    SELECT c.customer_id,
           coalesce((SELECT e.granted FROM consent_entry e
                     WHERE e.brand_id = c.brand_id AND e.channel = :channel AND e.purpose = :purpose
                       AND e.customer_id = ANY(ARRAY(
                           SELECT who.customer_id UNION ALL
                           SELECT m.customer_id FROM customer m WHERE m.merged_into = who.customer_id))
                       AND e.said_at <= :now AND {LIVE_ENTRY}
                     ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1), false) AS consented,
           (SELECT s.kind FROM suppression s
            WHERE s.brand_id = c.brand_id AND s.channel IN (:channel, '{EVERYWHERE}')
              AND s.address_index = i.value_index AND s.lifted_at IS NULL
            ORDER BY array_position(ARRAY{[kind.value for kind in SuppressionKind]}, s.kind) LIMIT 1) AS suppressed,
           i.identity_id AS address_id
    FROM customer c
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    ) who
    LEFT JOIN LATERAL (
        SELECT identity_id, value_index FROM customer_identity i
        WHERE i.customer_id = who.customer_id AND i.namespace = 'phone' AND NOT i.quarantined
        ORDER BY i.identity_id DESC LIMIT 1
    ) i ON true
    WHERE c.merged_into IS NOT NULL OR NOT c.visitor
"""

# What is known of one person field by field, the newest word first; the earliest moments count.
ONE_PERSON = """
    SELECT coalesce(merged_into, customer_id) AS customer_id, min(known_at) AS known_at, min(joined_at) AS joined_at,
           (array_agg(store_key ORDER BY updated_at DESC, customer_id)
               FILTER (WHERE store_key IS NOT NULL))[1] AS store_key,
           (array_agg(province ORDER BY updated_at DESC, customer_id)
               FILTER (WHERE province IS NOT NULL))[1] AS province
    FROM customer
    WHERE brand_id = :brand AND (merged_into IS NOT NULL
        OR customer_id IN (SELECT merged_into FROM customer WHERE brand_id = :brand AND merged_into IS NOT NULL))
    GROUP BY 1
"""

KNOWN = f"""
    SELECT c.customer_id, coalesce(p.known_at, c.known_at) AS known_at, coalesce(p.joined_at, c.joined_at) AS joined_at,
           coalesce(p.store_key, c.store_key) AS store_key, coalesce(p.province, c.province) AS province
    FROM customer c LEFT JOIN ({ONE_PERSON}) p ON p.customer_id = c.customer_id
    WHERE c.brand_id = :brand AND c.merged_into IS NULL AND NOT c.visitor ORDER BY c.customer_id
"""

# From one namespace to the next along the unique index: a DISTINCT would read every identity of the brand.
NAMESPACES = """
    WITH RECURSIVE known AS (
        (SELECT namespace FROM customer_identity WHERE brand_id = :brand ORDER BY namespace LIMIT 1)
        UNION ALL
        SELECT (SELECT i.namespace FROM customer_identity i WHERE i.brand_id = :brand AND i.namespace > k.namespace
                ORDER BY i.namespace LIMIT 1) FROM known k WHERE k.namespace IS NOT NULL
    ) SELECT namespace FROM known WHERE namespace IS NOT NULL
"""


def reach_by(channel: Channel) -> tuple[str, dict[str, Any]]:
    """A SQL query of whom a channel reaches, to be joined in set-based statements; give it `now`.

    Who has several numbers is reached by the one said last; a number too many people use reaches nobody. A merged
    customer has a row of their own that says how the one they count as is reached; visitors have none.

    shape    customer_id, consented boolean, suppressed text (the strongest kind) or NULL, address_id or NULL
    returns  the query's text and its parameters but `now`
    """
    return REACH, {"channel": channel.value, "purpose": MARKETING}


def known_customers(session: Session) -> pa.Table:
    """Everybody the brand knows, each person once; visitors are not known.

    shape  customer_id int64, known_at timestamp UTC, joined_at timestamp UTC or NULL (no member), store_key, province
    """
    return arrow_of(
        session,
        KNOWN,
        {"brand": brand_of(session)},
        {
            "customer_id": "int64",
            "known_at": "moment",
            "joined_at": "moment",
            "store_key": "text",
            "province": "text",
        },
    )


def known_customer_chunks(session: Session) -> Iterator[pa.Table]:
    """Everybody the brand knows, each person once, some hundred thousand at a time; visitors are not known.

    Use the session for nothing else before the last.

    shape  customer_id int64, known_at timestamp UTC, joined_at timestamp UTC or NULL (no member)
    """
    return arrow_chunks(
        session,
        f"SELECT customer_id, known_at, joined_at FROM ({KNOWN}) known",
        {"brand": brand_of(session)},
        {"customer_id": "int64", "known_at": "moment", "joined_at": "moment"},
    )


def customers_seen(session: Session) -> pa.Table:
    """The people whom a session for some stores sees, each once: those of whom a record names one of the stores.

    shape   customer_id int64
    source  the policies of migrations/0018, which hide everybody else from the session
    """
    query = """
        SELECT DISTINCT CASE WHEN merged_into IS NULL THEN customer_id ELSE merged_into END AS customer_id
        FROM customer
        WHERE brand_id = :brand AND store_key = ANY(:stores) AND (merged_into IS NOT NULL OR NOT visitor)
    """
    asked = {"brand": brand_of(session), "stores": list(stores_of(session) or ())}
    return arrow_of(session, query, asked, {"customer_id": "int64"})


def known_customers_mark(session: Session) -> str:
    """A text that is equal as long as the brand knows the same customers since and as members since the same moments.

    limits  one pass over the customers inside PostgreSQL; nothing but a few sums leaves it
    """
    query = text("""
        SELECT concat_ws(':', count(*), coalesce(sum(customer_id), 0),
            coalesce(sum(CAST(date_part('epoch', known_at) * 1000000 AS bigint)), 0),
            coalesce(sum(CAST(date_part('epoch', joined_at) * 1000000 AS bigint)), 0),
            sum(hashint8extended(customer_id, merged_into)))
        FROM customer WHERE brand_id = :brand AND (merged_into IS NOT NULL OR NOT visitor)
    """)
    return str(session.scalar(query, {"brand": brand_of(session)}))


def find_customers(session: Session, *, cipher: Cipher, wanted: str, limit: int = 50) -> list[int]:
    """Customers whose number, phone, e-mail, searchable field or whole name is exactly `wanted`, or whose id it is."""
    brand_id = brand_of(session)
    plain = wanted.strip()
    places = []
    for namespace, policy in policies_for(session, brand_namespaces(session)).items():
        with suppress(BadPhone):  # then it is not a phone number that we look for
            normal = normal_by(policy.normaliser, plain)
            indexes = cipher.blind_indexes(normal, context=f"{brand_id}/{namespace}")
            places += [(namespace, index) for index in indexes]
    names = cipher.blind_indexes(plain, context=f"{brand_id}/name")
    current = func.coalesce(Customer.merged_into, Customer.customer_id)
    counted = or_(Customer.merged_into.is_not(None), Customer.visitor.is_(False))
    by_identity = sql_select(CustomerIdentity.customer_id).where(
        CustomerIdentity.brand_id == brand_id,
        CustomerIdentity.customer_id == Customer.customer_id,
        Customer.visitor.is_(False),
        tuple_(CustomerIdentity.namespace, CustomerIdentity.value_index).in_(places),
    )
    by_name = sql_select(current).where(
        Customer.brand_id == brand_id, Customer.name_index.in_(names), counted
    )
    by_field = sql_select(Customer.customer_id).where(
        Customer.customer_id.in_(found_by_field(session, cipher=cipher, wanted=plain)), counted
    )
    ways = [by_identity, by_name, by_field]
    if wanted.strip().isdecimal() and len(wanted.strip()) < 19:  # noqa: PLR2004 -- digits of a BIGINT
        ways.append(sql_select(current).where(Customer.customer_id == int(wanted), counted))
    return sorted(session.execute(union(*ways)).scalars())[:limit]


def holder_of(session: Session, *, cipher: Cipher, address: str) -> int:
    """The customer whose phone number or e-mail address it is now.

    raises  NotFound
    """
    brand_id = brand_of(session)
    places = [(Namespace.EMAIL, one) for one in value_indexes(cipher, brand_id, Namespace.EMAIL, address)]
    with suppress(BadPhone):  # then it can only be an e-mail address
        places += [
            (Namespace.PHONE, one) for one in value_indexes(cipher, brand_id, Namespace.PHONE, address)
        ]
    found = session.scalar(
        sql_select(CustomerIdentity.customer_id).where(
            CustomerIdentity.brand_id == brand_id,
            tuple_(CustomerIdentity.namespace, CustomerIdentity.value_index).in_(places),
        )
    )
    if found is None:
        raise NotFound(what="customer", key=mask(address))
    return found


def profiles_of(
    session: Session, *, cipher: Cipher, customer_ids: Sequence[int], reveal: bool = False
) -> dict[int, Profile]:
    """The profiles of up to 500 customers; names and numbers are masked unless `reveal`.

    A number that was merged gives the profile of the person it counts as: of each field the newest word of them all.
    """
    wanted = list(customer_ids)[:PROFILES_MAX]
    context = seal_context(brand_of(session))
    current, members = _people(session, wanted)
    identities: dict[int, list[SeenIdentity]] = {}
    for identity in session.scalars(
        sql_select(CustomerIdentity)
        .where(CustomerIdentity.customer_id.in_(set(current.values())))
        .order_by(CustomerIdentity.identity_id)
    ):
        value = cipher.decrypt(identity.value_sealed, context=context)
        shown = value if reveal else mask(value)
        identities.setdefault(identity.customer_id, []).append(
            SeenIdentity(identity.namespace, shown, identity.source, identity.created_at)
        )
    return {
        asked: _profile(who, members[who], tuple(identities.get(who, ())), cipher, context, reveal=reveal)
        for asked, who in current.items()
    }


def _people(
    session: Session, customer_ids: Sequence[int]
) -> tuple[dict[int, int], dict[int, list[Customer]]]:
    """Whom each number counts as; and the rows of each of those people, the newest first."""
    current: dict[int, int] = {}
    for row in session.execute(
        sql_select(Customer.customer_id, func.coalesce(Customer.merged_into, Customer.customer_id)).where(
            Customer.customer_id.in_(list(customer_ids))
        )
    ):
        current[row[0]] = row[1]
    heads = set(current.values())
    members: dict[int, list[Customer]] = {}
    for customer in session.scalars(
        sql_select(Customer)
        .where(or_(Customer.customer_id.in_(heads), Customer.merged_into.in_(heads)))
        .order_by(Customer.updated_at.desc(), Customer.customer_id)
    ):
        members.setdefault(customer.merged_into or customer.customer_id, []).append(customer)
    return current, members


def addresses_of(session: Session, *, cipher: Cipher, address_ids: Sequence[int]) -> dict[int, str]:
    """The addresses in clear, for a provider about to be called; never log or store them."""
    context = seal_context(brand_of(session))
    rows = session.execute(
        sql_select(CustomerIdentity.identity_id, CustomerIdentity.value_sealed).where(
            CustomerIdentity.identity_id.in_(list(address_ids))
        )
    )
    return {identity_id: cipher.decrypt(sealed, context=context) for identity_id, sealed in rows}


def names_of(session: Session, *, cipher: Cipher, customer_ids: Sequence[int]) -> dict[int, str]:
    """The names in clear, for a message about to be written; never log or store them."""
    context = seal_context(brand_of(session))
    current, members = _people(session, customer_ids)
    names = {}
    for asked, who in current.items():
        sealed = _newest(one.name_sealed for one in members[who])
        names[asked] = cipher.decrypt(sealed, context=context) if sealed else ""
    return names


def brand_namespaces(session: Session) -> list[str]:
    """The namespaces of which the brand keeps an identity."""
    return list(session.scalars(text(NAMESPACES), {"brand": brand_of(session)}))


def _profile(
    customer_id: int,
    members: Sequence[Customer],
    identities: tuple[SeenIdentity, ...],
    cipher: Cipher,
    context: str,
    *,
    reveal: bool,
) -> Profile:
    def opened(sealed: bytes | None) -> str:
        return cipher.decrypt(sealed, context=context) if sealed else ""

    name = opened(_newest(one.name_sealed for one in members))
    birthday = opened(_newest(one.birthday_sealed for one in members))
    phone = next((one.value for one in reversed(identities) if one.namespace == Namespace.PHONE), "")
    return Profile(
        customer_id=customer_id,
        name=name if reveal else mask_name(name),
        phone=phone,
        gender=_newest(one.gender for one in members) or "",
        birthday=birthday if reveal or not birthday else f"****{birthday[4:]}",
        province=_newest(one.province for one in members) or "",
        store_key=_newest(one.store_key for one in members) or "",
        known_at=min(one.known_at for one in members),
        joined_at=min((one.joined_at for one in members if one.joined_at), default=None),
        identities=identities,
        erased_at=max((one.erased_at for one in members if one.erased_at), default=None),
    )


def _newest(words: Iterable[T | None]) -> T | None:
    """The first word that was said."""
    return next((word for word in words if word is not None), None)


def touched_by(session: Session, *, batch_id: int) -> pa.Table:
    """Customers whom a batch made known, or of whom it said an identity: those whom its undo may remove.

    shape  customer_id int64
    """
    return arrow_of(
        session,
        "SELECT customer_id FROM customer WHERE added_by_batch = :batch "
        "UNION SELECT customer_id FROM customer_identity WHERE added_by_batch = :batch",
        {"batch": batch_id},
        {"customer_id": "int64"},
    )


def count_added(session: Session, *, batch_id: int) -> int:
    """How many customers were first known by this batch."""
    query = (
        sql_select(func.count())
        .select_from(Customer)
        .where(
            Customer.added_by_batch == batch_id, Customer.merged_into.is_(None), Customer.visitor.is_(False)
        )
    )
    return session.scalar(query) or 0


def require_customer(session: Session, *, customer_id: int) -> None:
    """Returns if the brand knows the customer.

    raises  NotFound
    """
    if session.get(Customer, customer_id) is None:
        raise NotFound(what="customer", key=customer_id)


def profile_of(session: Session, *, cipher: Cipher, customer_id: int, reveal: bool = False) -> Profile:
    """One profile, masked unless `reveal`.

    raises  NotFound
    """
    found = profiles_of(session, cipher=cipher, customer_ids=[customer_id], reveal=reveal)
    if customer_id not in found:
        raise NotFound(what="customer", key=customer_id)
    return found[customer_id]
