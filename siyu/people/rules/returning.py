"""Who was erased stays so, unless they come back themselves."""

from datetime import datetime

from siyu.people.contracts import CustomerRecord


def comes_back(said_at: datetime | None, *, authenticated: bool, erased_at: datetime) -> bool:
    """Whether a word about an erased value is of a new beginning: a source that checks it heard it afterwards.

    A word without a date, an old one and one that anybody could say bring nobody back.

    >>> from datetime import UTC
    >>> erased = datetime(2026, 11, 2, tzinfo=UTC)
    >>> comes_back(datetime(2026, 11, 3, tzinfo=UTC), authenticated=True, erased_at=erased)
    True
    >>> comes_back(None, authenticated=True, erased_at=erased)
    False
    """
    return authenticated and said_at is not None and said_at > erased_at


def begins_at(record: CustomerRecord) -> datetime | None:
    """The latest moment at which a customer file says its customer did something: joined, or agreed.

    >>> begins_at(CustomerRecord("member_no", "A1", datetime(2026, 1, 1))) is None
    True
    """
    agreed = record.consent_at if record.sms_consent else None
    return max((moment for moment in (record.joined_at, agreed) if moment is not None), default=None)
