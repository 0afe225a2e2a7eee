"""A file of addresses, a line each: what it holds, and which lines are none."""

from dataclasses import dataclass

from siyu.people.contracts import Namespace
from siyu.people.errors import AddressFileTooLong, AddressFileUnreadable, BadPhone
from siyu.people.rules.identities import mask, normal_phone

LINES_MAX = 200_000
BAD_LINES_SHOWN = 100
MOBILE_LENGTH, BEIJING_LENGTH = len("+8613800138000"), len("+861012345678")
DIGITS_MIN = 9  # with the country's; a short code is a service, nobody's number
ENCODINGS = ("utf-8-sig", "gb18030")
_ENDS = str.maketrans({";": ",", "\t": ",", "，": ",", "；": ","})


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no address, masked, with the reason in both languages."""

    line: int
    shown: str
    reason: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class AddressFile:
    """What a file holds: different addresses as (namespace, value), lines that say one again, lines that are none."""

    lines: int
    addresses: tuple[tuple[Namespace, str], ...]
    repeated: int
    bad: int
    bad_lines: tuple[BadLine, ...]


def read_addresses(content: bytes) -> AddressFile:
    r"""Each line's first cell as a phone number or, with an @, an e-mail; headings and empty lines do not count.

    raises  AddressFileUnreadable, AddressFileTooLong
    limits  200,000 lines; the first 100 bad lines are told

    >>> found = read_addresses("手机号\n138 0013 8000\n+8613800138000,王芳\n12\nAnn@Example.com".encode())
    >>> found.addresses, found.repeated, found.bad_lines[0].line
    (((<Namespace.PHONE: 'phone'>, '+8613800138000'), (<Namespace.EMAIL: 'email'>, 'ann@example.com')), 1, 4)
    """
    rows = _decoded(content).splitlines()
    if len(rows) > LINES_MAX:
        raise AddressFileTooLong(lines=f"{len(rows):,}", limit=f"{LINES_MAX:,}")
    known: dict[tuple[Namespace, str], None] = {}
    bad: list[BadLine] = []
    lines = repeated = bad_count = 0
    for number, row in enumerate(rows, start=1):
        cell = row.translate(_ENDS).split(",", 1)[0].strip().strip("\"'").strip()
        if not cell or (
            number == 1 and not any(character.isdecimal() or character == "@" for character in cell)
        ):
            continue
        lines += 1
        try:
            found = _address(cell)
        except BadPhone as refused:
            bad_count += 1
            if len(bad) < BAD_LINES_SHOWN:
                bad.append(BadLine(number, mask(cell[:40]), refused.said_in("en"), refused.said_in("zh")))
            continue
        repeated += found in known
        known[found] = None
    return AddressFile(lines, tuple(known), repeated, bad_count, tuple(bad))


def _address(cell: str) -> tuple[Namespace, str]:
    name, at, host = cell.partition("@")
    if at and name and "." in host and " " not in cell:
        return Namespace.EMAIL, cell.lower()
    phone = normal_phone(cell)
    beijing = phone.startswith("+8610") and len(phone) == BEIJING_LENGTH
    cut_short = phone.startswith("+861") and len(phone) != MOBILE_LENGTH and not beijing
    if len(phone) <= DIGITS_MIN or cut_short:
        raise BadPhone(value=mask(cell))
    return Namespace.PHONE, phone


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AddressFileUnreadable
