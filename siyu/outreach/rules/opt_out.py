"""The link by which the reader of a message refuses further ones: short, without personal data, not to be guessed."""

from dataclasses import dataclass
from enum import StrEnum

from siyu.people.contracts import ConsentChannel, Purpose

OPT_OUT_URL = "opt_out_url"
LINK_CONTEXT = "opt_out_link"
LINK_PATH = "/o/"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NUMBER_CHARACTERS, _PROOF_CHARACTERS = 6, 12
_TOKEN_CHARACTERS_MAX = 40
_SAMPLE_PROOF = "sample000000"


class Choice(StrEnum):
    """What the page lets its reader refuse."""

    CHANNEL = "channel"
    EVERYTHING = "everything"
    PROFILING = "profiling"


@dataclass(frozen=True, slots=True)
class LinkToken:
    """What a link names: a brand's message; `proof` shows that we made it."""

    brand_id: int
    message_id: int
    proof: str


def signed_words(brand_id: int, message_id: int) -> bytes:
    """What the proof of a link is a signature of.

    >>> signed_words(1, 17)
    b'1/17'
    """
    return f"{brand_id}/{message_id}".encode()


def proof_of(signature: str) -> str:
    """The part of a signature that a link carries: twelve characters, 71 bits.

    >>> proof_of("00" * 31 + "3e"), len(proof_of("ff" * 32))
    ('000000000010', 12)
    """
    return _base62(int(signature, 16) % 62**_PROOF_CHARACTERS).zfill(_PROOF_CHARACTERS)


def link_of(address: str, token: LinkToken) -> str:
    """The whole link. Links of one brand are equally long, so that what a message is billed as is known before.

    >>> link_of("https://siyu.example", LinkToken(1, 17, "x" * 12))
    'https://siyu.example/o/1-00000Hxxxxxxxxxxxx'
    """
    number = _base62(token.message_id).zfill(_NUMBER_CHARACTERS)
    return f"{address}{LINK_PATH}{_base62(token.brand_id)}-{number}{token.proof}"


def sample_link(address: str, *, brand_id: int = 1) -> str:
    """A link as long as a real one that belongs to no message, for previews and tests."""
    return link_of(address, LinkToken(brand_id, 0, _SAMPLE_PROOF))


def read_token(text: str) -> LinkToken | None:
    """What the last part of a link says; None if it is none of ours.

    >>> read_token("1-00000Hxxxxxxxxxxxx")
    LinkToken(brand_id=1, message_id=17, proof='xxxxxxxxxxxx')
    >>> read_token("1"), read_token("1-short"), read_token("%-00000Hxxxxxxxxxxxx")
    (None, None, None)
    """
    brand, dash, rest = text.partition("-")
    number, proof = rest[:-_PROOF_CHARACTERS], rest[-_PROOF_CHARACTERS:]
    plain = bool(brand) and len(number) >= _NUMBER_CHARACTERS and len(text) <= _TOKEN_CHARACTERS_MAX
    if not dash or not plain or not set(brand + rest) <= set(_ALPHABET):
        return None
    named = _number(brand), _number(number)
    return LinkToken(*named, proof) if max(named) < 2**63 else None


def refused_by(choice: Choice) -> tuple[Purpose, ConsentChannel]:
    """What a choice on the page refuses.

    >>> refused_by(Choice.EVERYTHING)[1].value
    'all'
    """
    return {
        Choice.CHANNEL: (Purpose.MARKETING, ConsentChannel.SMS),
        Choice.EVERYTHING: (Purpose.MARKETING, ConsentChannel.ALL),
        Choice.PROFILING: (Purpose.PROFILING, ConsentChannel.ALL),
    }[choice]


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _ALPHABET[rest] + digits
    return digits or "0"


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 62 + _ALPHABET.index(digit)
    return number
