"""Whom the lines of a list name, a batch of lines at a time; the list itself is kept nowhere."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.kernel.binary_copy import Numbers, numbers_of, stage_columns
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.reindex import bring_up
from siyu.people.contracts import OUR_NUMBER
from siyu.people.errors import BadPhone
from siyu.people.queries.links import policies_for
from siyu.people.rules.identities import normal_by

UNKNOWN, UNREADABLE = 0, -1
NUMBER_DIGITS_MAX = 18  # of a BIGINT

BY_VALUE = """
    SELECT k.ord, i.customer_id FROM staged_listed k
    JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = :namespace AND i.value_index = k.value_index
"""
BY_NUMBER = """
    SELECT k.ord, CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    FROM staged_listed k JOIN customer c ON c.customer_id = k.customer_id AND c.brand_id = :brand
"""


def find_listed(session: Session, *, cipher: Cipher, known_by: str, values: Sequence[str]) -> Numbers:
    """Of each value the customer whom it stands for now, 0 if nobody knows it, -1 if it cannot be such a value.

    `known_by`: the namespace of the values, or customer_id.

    effects  a temporary table; nothing is stored
    limits   some 100,000 values a call
    """
    found = np.zeros(len(values), np.int64)
    if known_by == OUR_NUMBER:
        readable = [one.isascii() and one.isdigit() and len(one) <= NUMBER_DIGITS_MAX for one in values]
        places = np.flatnonzero(readable)
        numbers = [int(values[place]) for place in places.tolist()]
        column, query = {"customer_id": pa.array(numbers, pa.int64())}, BY_NUMBER
    else:
        normals = _normals(session, known_by, values)
        places = np.flatnonzero([one is not None for one in normals])
        known = [one for one in normals if one is not None]
        bring_up(session, cipher, [(known_by, one) for one in known])
        keys = cipher.blind_index_all(known, context=f"{brand_of(session)}/{known_by}")
        column, query = {"value_index": pa.array(keys, pa.binary())}, BY_VALUE
    found[:] = UNREADABLE
    found[places] = UNKNOWN
    kind = "customer_id bigint" if known_by == OUR_NUMBER else "value_index bytea"
    stage_columns(session, "staged_listed", f"ord bigint, {kind}", {"ord": pa.array(places), **column})
    asked = {"brand": brand_of(session)} | ({} if known_by == OUR_NUMBER else {"namespace": known_by})
    pairs = numbers_of(session, query, asked, columns=("ord", "customer_id"))
    found[pairs[:, 0]] = pairs[:, 1]
    return found


def _normals(session: Session, namespace: str, values: Sequence[str]) -> list[str | None]:
    normaliser = policies_for(session, {namespace})[namespace].normaliser
    found: list[str | None] = []
    for one in values:
        try:
            found.append(normal_by(normaliser, one) or None)
        except BadPhone:
            found.append(None)
    return found
