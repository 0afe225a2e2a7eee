"""Our number for a message at the vendor's: the same at every attempt, unlike anybody else's."""


def out_id_of(prefix: str, message_id: int) -> str:
    """The number a vendor knows a message by.

    >>> out_id_of("9f3ac01b", 17)
    '9f3ac01b-17'
    """
    return f"{prefix}-{message_id}"


def message_id_of(prefix: str, out_id: str) -> int | None:
    """The message a vendor's news is about; None if the number is not ours.

    >>> message_id_of("9f3ac01b", "9f3ac01b-17"), message_id_of("9f3ac01b", "9f3ac01b-x17"), message_id_of("a", "b-1")
    (17, None, None)
    """
    given, _, number = out_id.rpartition("-")
    known = given == prefix and number.isascii() and number.isdigit() and len(number) < 19  # noqa: PLR2004 -- BIGINT
    return int(number) if known else None
