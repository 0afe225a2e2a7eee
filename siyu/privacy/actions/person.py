"""Who an erasure is about, sealed beside its request for as long as it runs: the other parts search by it."""

import json
from typing import Any

from siyu.kernel.crypto import Cipher
from siyu.privacy.contracts import Person


def person_context(brand_id: int | str) -> str:
    """What the values of a running erasure are sealed for."""
    return f"privacy/{brand_id}"


def sealed_person(cipher: Cipher, person: Person, sales: dict[str, Any]) -> bytes:
    """The person, and what they had bought before, as the request keeps them."""
    held = {
        "customer_ids": person.customer_ids, "identity_ids": person.identity_ids, "values": person.values,
        "names": person.names, "sales": sales,
    }  # fmt: skip
    return cipher.encrypt(json.dumps(held, ensure_ascii=False), context=person_context(person.brand_id))


def opened_person(cipher: Cipher, brand_id: int, sealed: bytes) -> tuple[Person, dict[str, Any]]:
    """The person of a running erasure, and what they had bought before.

    raises  WrongKey
    """
    held = json.loads(cipher.decrypt(bytes(sealed), context=person_context(brand_id)))
    person = Person(
        brand_id, tuple(held["customer_ids"]), tuple(held["identity_ids"]),
        tuple((space, value) for space, value in held["values"]), tuple(held["names"]),
    )  # fmt: skip
    return person, held["sales"]
