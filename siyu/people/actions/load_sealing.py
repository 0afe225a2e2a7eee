"""A part of a customer file, by column: what is personal sealed and indexed, what is not as it is."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from siyu.kernel.crypto import Cipher
from siyu.people.actions.profiles import CONTENT_CONTEXT
from siyu.people.contracts import Namespace, NamespacePolicy
from siyu.people.rules.identities import normal_by, seal_context

Flags = npt.NDArray[np.bool_]
SECOND = pa.timestamp("s", "UTC")
MOMENT = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class Said:
    """What holds of all rows of a file: whose it is, who says so, in which batch, and when it was heard."""

    brand_id: int
    namespace: str
    source: str
    batch_id: int
    now: datetime
    policies: Mapping[str, NamespacePolicy]


@dataclass(frozen=True, slots=True)
class SealedValues:
    """Identities of one namespace, of those customers who have one; `held`: which of the part's customers do."""

    namespace: str
    held: Flags
    index: pa.Array
    sealed: pa.Array


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A part of the file without a personal word in clear. `profile`: columns of the table customer."""

    keys: SealedValues
    addresses: tuple[SealedValues, ...]
    profile: Mapping[str, pa.Array]
    consents: pa.Table

    def __len__(self) -> int:
        return len(self.keys.held)


def sealed_part(cipher: Cipher, said: Said, rows: pa.Table) -> SealedPart:
    """The rows as they will be stored, but for the numbers that they will have.

    raises  BadPhone
    """
    columns = {name: rows[name].combine_chunks() for name in rows.column_names}
    phone, email = Namespace.PHONE.value, Namespace.EMAIL.value
    return SealedPart(
        _values(cipher, said, said.namespace, columns["customer_key"]),
        (_values(cipher, said, phone, columns["phone"]), _values(cipher, said, email, columns["email"])),
        _profile(cipher, said, columns),
        rows.select(["consent_sms", "consent_source", "consent_at", "joined_at"]),
    )


def _values(cipher: Cipher, said: Said, namespace: str, column: pa.Array) -> SealedValues:
    normaliser = said.policies[namespace].normaliser
    normal = [normal_by(normaliser, value) for value in column.drop_null().to_pylist()]
    return SealedValues(
        namespace,
        _given(column),
        pa.array(cipher.blind_index_all(normal, context=f"{said.brand_id}/{namespace}"), pa.binary()),
        pa.array(_sealed(cipher, said, normal), pa.binary()),
    )


def _profile(cipher: Cipher, said: Said, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    name, birthday, joined_at = columns["name"], columns["birthday"], columns["joined_at"].cast(MOMENT)
    names, days = name.drop_null().to_pylist(), birthday.drop_null().cast(pa.string()).to_pylist()
    indexes = cipher.blind_index_all(names, context=f"{said.brand_id}/name")
    month_day = pc.add(pc.multiply(pc.month(birthday), 100), pc.day(birthday))
    return {
        "known_at": pc.fill_null(joined_at, pa.scalar(said.now, MOMENT)),
        "joined_at": joined_at,
        "name_sealed": _spread(_sealed(cipher, said, names), _given(name)),
        "name_index": _spread(indexes, _given(name)),
        "gender": columns["gender"],
        "birthday_sealed": _spread(_sealed(cipher, said, days), _given(birthday)),
        "birth_month_day": month_day,
        "province": columns["province"],
        "store_key": columns["store_key"],
        "content_hash": _content_hashes(cipher, columns),
    }


def _sealed(cipher: Cipher, said: Said, values: Sequence[str]) -> list[bytes]:
    contents = (value.encode() for value in values)
    return cipher.encrypt_all(contents, context=seal_context(said.brand_id))


def _content_hashes(cipher: Cipher, columns: Mapping[str, pa.Array]) -> pa.Array:
    """What `profiles.content_hash` says of each row."""
    named = [columns[name] for name in ("name", "gender", "birthday", "province", "store_key")]
    texts = [
        pc.fill_null(column.cast(pa.string()), "None")
        for column in (*named, _said_moment(columns["joined_at"]))
    ]
    said = pc.binary_join_element_wise(*texts, "\0").to_pylist()
    digests = (hashlib.sha256(one.encode()).hexdigest() for one in said)
    head = bytes((cipher.version,))
    found = cipher.blind_index_all(digests, context=CONTENT_CONTEXT)
    return pa.array([head + digest for digest in found], pa.binary())


def _said_moment(column: pa.Array) -> pa.Array:
    """Moments as Python says them, which is without a fraction where there is none."""
    moments = column.cast(MOMENT)
    whole = moments.cast(SECOND, safe=False)
    if pc.all(pc.equal(whole.cast(MOMENT), moments)).as_py() in (True, None):
        return pc.binary_join_element_wise(pc.strftime(whole, "%Y-%m-%d %H:%M:%S"), "+00:00", "")
    return pa.array([None if moment is None else str(moment) for moment in moments.to_pylist()], pa.string())


def _given(column: pa.Array) -> Flags:
    given: Flags = column.is_valid().to_numpy(zero_copy_only=False)
    return given


def _spread(found: Sequence[bytes], given: Flags) -> Any:
    """The values at the rows that have one."""
    return pa.array(found, pa.binary()).take(pa.array(np.cumsum(given) - 1, mask=~given))
