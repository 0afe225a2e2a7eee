"""How identities are written the same way every time, and how they are shown to people who may not see them."""

import re
from dataclasses import replace
from datetime import date

import phonenumbers

from siyu.kernel.crypto import Cipher
from siyu.people.contracts import CustomerRecord, Normaliser
from siyu.people.errors import BadPhone
from siyu.people.rules.namespaces import policy_of

CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
MOBILE_DIGITS = 11
NOISE = re.compile(r"[\s\-()（）.]")


def normal_phone(text: str) -> str:
    """The number in E.164.

    raises  BadPhone
    source  ITU-T E.164; Chinese mobile numbers are decided without the (slow) library

    >>> normal_phone("138 0013 8000"), normal_phone("+86-13800138000"), normal_phone("+44 20 7946 0018")
    ('+8613800138000', '+8613800138000', '+442079460018')
    """
    if len(text) == MOBILE_DIGITS and text.isascii() and text.isdigit() and "13" <= text[:2] <= "19":
        return f"+86{text}"  # as nearly all are written
    plain = NOISE.sub("", text)
    mobile = CHINESE_MOBILE.fullmatch(plain)
    if mobile:
        return f"+86{mobile.group(1)}"
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException as unreadable:
        raise BadPhone(value=mask(text)) from unreadable
    if not phonenumbers.is_possible_number(number):
        raise BadPhone(value=mask(text))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_by(normaliser: Normaliser, value: str) -> str:
    """An identity as this normaliser writes it.

    raises  BadPhone

    >>> normal_by(Normaliser.EMAIL, " Ann@Example.COM "), normal_by(Normaliser.TRIMMED, " A17 ")
    ('ann@example.com', 'A17')
    """
    if normaliser == Normaliser.PHONE:
        return normal_phone(value)
    if normaliser == Normaliser.EMAIL:
        return value.strip().lower()
    return value.strip()


def normal_value(namespace: str, value: str) -> str:
    """An identity as it is stored and compared, in a namespace of which the brand says nothing of its own.

    raises  BadPhone

    >>> normal_value("email", " Ann@Example.COM "), normal_value("member_no", " A17 ")
    ('ann@example.com', 'A17')
    """
    return normal_by(policy_of(namespace).normaliser, value)


def value_index(cipher: Cipher, brand_id: int, namespace: str, value: str) -> bytes:
    """The blind index of an identity: equal for equal values of one brand and namespace.

    raises  BadPhone
    """
    return cipher.blind_index(normal_value(namespace, value), context=f"{brand_id}/{namespace}")


def value_indexes(cipher: Cipher, brand_id: int, namespace: str, value: str) -> tuple[bytes, ...]:
    """Every index an identity may be found by, the newest key's first; two while a key is being replaced.

    raises  BadPhone
    """
    return cipher.blind_indexes(normal_value(namespace, value), context=f"{brand_id}/{namespace}")


def seal_context(brand_id: int) -> str:
    """What personal data of a brand is sealed for."""
    return f"people/{brand_id}"


def evidence_context(brand_id: int | str) -> str:
    """What evidence of a brand is sealed for."""
    return f"consent/{brand_id}"


def mask(value: str) -> str:
    """The value with its middle hidden.

    >>> mask("+8613800138000"), mask("13800138000"), mask("A17"), mask("ann@example.com")
    ('138****8000', '138****8000', 'A**', 'ann****.com')
    """
    local = value.removeprefix("+86")
    if len(local) < 8:  # noqa: PLR2004 -- too short to show both ends
        return local[:1] + "*" * max(len(local) - 1, 0)
    return f"{local[:3]}****{local[-4:]}"


def mask_name(name: str) -> str:
    """The family name of a Chinese name, the first letter of another.

    >>> mask_name("王小明"), mask_name("Ann Lee"), mask_name("")
    ('王**', 'A**', '')
    """
    return f"{name[:1]}**" if name else ""


def month_day(birthday: date | None) -> int | None:
    """A birthday without its year, as MMDD, so that birthdays can be found without being readable.

    >>> month_day(date(1990, 2, 9)), month_day(None)
    (209, None)
    """
    return None if birthday is None else birthday.month * 100 + birthday.day


def completed(record: CustomerRecord, earlier: CustomerRecord) -> CustomerRecord:
    """The record, with what an earlier one of the same customer says where this one is silent.

    >>> from datetime import datetime
    >>> earlier = CustomerRecord("member_no", "A17", datetime(2026, 1, 1), name="王芳", gender="female")
    >>> said = completed(CustomerRecord("member_no", "A17", datetime(2026, 2, 1), name="王小芳"), earlier)
    >>> said.name, said.gender, said.known_at.month
    ('王小芳', 'female', 1)
    """
    return replace(
        record,
        known_at=min(record.known_at, earlier.known_at),
        name=record.name or earlier.name,
        gender=record.gender or earlier.gender,
        birthday=record.birthday or earlier.birthday,
        province=record.province or earlier.province,
        store_key=record.store_key or earlier.store_key,
        joined_at=record.joined_at or earlier.joined_at,
    )
