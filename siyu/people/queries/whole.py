"""One person whole: every row that is theirs, for who asks what is held of them, and for who wants it gone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.contracts import WholePerson
from siyu.people.rules.identities import evidence_context, seal_context

ROWS_MAX = 10_000

MEMBERS = """
    SELECT m.customer_id, m.erased_at, m.name_sealed
    FROM (SELECT CASE WHEN merged_into IS NULL THEN customer_id ELSE merged_into END AS current FROM customer
          WHERE customer_id = :customer AND brand_id = :brand OFFSET 0) who
    JOIN customer m ON m.customer_id = who.current OR m.merged_into = who.current
    ORDER BY m.merged_into IS NOT NULL, m.customer_id
"""
IDENTITIES = """
    SELECT identity_id, customer_id, namespace, value_sealed, source, created_at, quarantined FROM customer_identity
    WHERE customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY identity_id
"""
EARLIER_NAMES = """
    SELECT DISTINCT name_sealed FROM customer_before_import
    WHERE customer_id = ANY(CAST(:customers AS bigint[])) AND name_sealed IS NOT NULL
"""
PROFILES = """
    SELECT customer_id, known_at, joined_at, name_sealed, gender, birthday_sealed, province, store_key, merged_into,
           merged_at, visitor, erased_at, updated_at
    FROM customer WHERE customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY customer_id
"""
EARLIER = """
    SELECT customer_id, batch_id, name_sealed, gender, birthday_sealed, province, store_key, joined_at
    FROM customer_before_import WHERE customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY batch_id, customer_id
"""
LINKS = """
    SELECT e.edge_id, e.left_id, e.right_id, e.source, e.event_id, e.said_at, e.authenticated, e.overrides,
           x.at AS retracted_at, x.reason AS retracted_because
    FROM identity_edge e LEFT JOIN identity_edge_retraction x ON x.edge_id = e.edge_id
    WHERE e.left_id = ANY(CAST(:identities AS bigint[])) OR e.right_id = ANY(CAST(:identities AS bigint[]))
    ORDER BY e.edge_id LIMIT :most
"""
FIELDS = """
    SELECT customer_id, field, CASE WHEN value_sealed IS NULL THEN value END AS plain, value_sealed, source, updated_at
    FROM customer_field WHERE customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY field, customer_id
"""
TAGS = """
    SELECT h.customer_id, g.name AS tag_group, t.name AS tag, h.added, h.source, h.changed_by, h.at
    FROM customer_tag_change h JOIN tag t ON t.tag_id = h.tag_id JOIN tag_group g ON g.tag_group_id = t.tag_group_id
    WHERE h.customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY h.customer_tag_change_id
"""
CONSENTS = """
    SELECT e.customer_id, e.channel, e.purpose, e.granted, e.source, e.said_at, e.recorded_at, e.retracts,
           v.evidence_sealed
    FROM consent_entry e LEFT JOIN consent_evidence v ON v.consent_entry_id = e.consent_entry_id
    WHERE e.brand_id = :brand AND e.customer_id = ANY(CAST(:customers AS bigint[]))
    ORDER BY e.said_at, e.consent_entry_id
"""
REQUESTS = """
    SELECT customer_id, channel, purpose, asked_at, answer_until, answered_at, granted FROM consent_request
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY consent_request_id
"""
SILENT = """
    SELECT s.channel, s.kind, s.source, s.since, s.lifted_at FROM suppression s
    WHERE s.brand_id = :brand AND s.address_index IN (
        SELECT value_index FROM customer_identity
        WHERE customer_id = ANY(CAST(:customers AS bigint[])) AND namespace = 'phone')
    ORDER BY s.since, s.suppression_id
"""
COUNTS = """
    SELECT
      (SELECT count(*) FROM customer_identity WHERE customer_id = ANY(c.ids)) AS identities,
      (SELECT count(*) FROM identity_edge WHERE left_id = ANY(c.held) OR right_id = ANY(c.held)) AS links,
      (SELECT count(*) FROM identity_review WHERE left_id = ANY(c.held) OR right_id = ANY(c.held)) AS reviews,
      (SELECT count(*) FROM customer WHERE customer_id = ANY(c.ids) AND num_nonnulls(name_sealed, name_index, gender,
          birthday_sealed, birth_month_day, province, store_key, joined_at, content_hash, root_identity_id) > 0)
          AS profiles,
      (SELECT count(*) FROM customer_before_import WHERE customer_id = ANY(c.ids)) AS earlier_profiles,
      (SELECT count(*) FROM customer_field WHERE customer_id = ANY(c.ids)) AS fields,
      (SELECT count(*) FROM customer_tag_change WHERE customer_id = ANY(c.ids)) AS tags,
      (SELECT count(*) FROM consent_entry WHERE brand_id = :brand AND customer_id = ANY(c.ids)) AS consents,
      (SELECT count(*) FROM consent_request WHERE brand_id = :brand AND customer_id = ANY(c.ids)) AS consent_requests,
      (SELECT count(*) FROM consent_entry e JOIN consent_evidence v ON v.consent_entry_id = e.consent_entry_id
       WHERE e.brand_id = :brand AND e.customer_id = ANY(c.ids)) AS evidence,
      (SELECT count(*) FROM customer WHERE customer_id = ANY(c.ids)) AS customers
    FROM (SELECT CAST(:customers AS bigint[]) AS ids, CAST(:identities AS bigint[]) AS held) c
"""


def whole_person(session: Session, *, cipher: Cipher, customer_id: int) -> WholePerson:
    """Everybody who counts as this customer, with every value and name they were ever known by.

    raises  NotFound
    """
    brand = brand_of(session)
    members = session.execute(text(MEMBERS), {"customer": customer_id, "brand": brand}).all()
    if not members:
        raise NotFound(what="customer", key=customer_id)
    context = seal_context(brand)
    ids = tuple(row.customer_id for row in members)
    identities = session.execute(text(IDENTITIES), {"customers": list(ids)}).all()
    sealed_names = [row.name_sealed for row in members if row.name_sealed is not None]
    sealed_names += session.scalars(text(EARLIER_NAMES), {"customers": list(ids)}).all()
    names = {cipher.decrypt(bytes(sealed), context=context) for sealed in sealed_names}
    return WholePerson(
        customer_ids=ids,
        identity_ids=tuple(row.identity_id for row in identities),
        values=tuple(
            (row.namespace, cipher.decrypt(bytes(row.value_sealed), context=context)) for row in identities
        ),
        names=tuple(sorted(names)),
        erased_at=members[0].erased_at,
    )


def person_counts(
    session: Session, *, customer_ids: Sequence[int], identity_ids: Sequence[int]
) -> dict[str, int]:
    """How many rows of each kind people holds of these customers and identities.

    shape  identities, links, reviews, profiles (with anything left in them), earlier_profiles, fields, tags, consents,
           consent_requests, evidence, customers
    """
    wanted = {
        "customers": list(customer_ids),
        "identities": list(identity_ids),
        "brand": brand_of(session),
    }
    return dict(session.execute(text(COUNTS), wanted).mappings().one())


def person_record(
    session: Session, *, cipher: Cipher, person: WholePerson
) -> dict[str, list[dict[str, Any]]]:
    """Everything that people holds of one person, in clear.

    shape   profiles, earlier_profiles, identities, links, fields, tags, consents, consent_requests, suppressions:
            rows with named columns
    limits  10,000 links
    """
    context = seal_context(brand_of(session))
    wanted: dict[str, Any] = {"customers": list(person.customer_ids), "brand": brand_of(session)}
    linked = wanted | {"identities": list(person.identity_ids), "most": ROWS_MAX}
    queries = {
        "profiles": PROFILES, "earlier_profiles": EARLIER, "identities": IDENTITIES, "links": LINKS,
        "fields": FIELDS, "tags": TAGS, "consents": CONSENTS, "consent_requests": REQUESTS,
        "suppressions": SILENT,
    }  # fmt: skip
    return {
        name: [
            _opened(dict(row), cipher, evidence_context(brand_of(session)) if query is CONSENTS else context)
            for row in session.execute(text(query), linked if query is LINKS else wanted).mappings()
        ]
        for name, query in queries.items()
    }


def erased_since(session: Session, *, customer_id: int) -> datetime | None:
    """When the customer was erased; None if never."""
    query = text("SELECT erased_at FROM customer WHERE customer_id = :customer AND brand_id = :brand")
    found: datetime | None = session.scalar(query, {"customer": customer_id, "brand": brand_of(session)})
    return found


def _opened(row: dict[str, Any], cipher: Cipher, context: str) -> dict[str, Any]:
    """The row with what was sealed in clear, under the name without its ending."""
    return {
        name.removesuffix("_sealed"): (
            cipher.decrypt(bytes(value), context=context)
            if name.endswith("_sealed") and value is not None
            else value
        )
        for name, value in row.items()
    }
