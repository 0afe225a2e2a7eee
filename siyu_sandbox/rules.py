"""What the stand-in vendor decides: whom it refuses, what becomes of a message, when it asks again."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

VENDOR_ZONE = ZoneInfo("Asia/Shanghai")
TEXT_CHARACTERS_MAX = 500
MESSAGES_PER_CALL_MAX = 200
RECEIPTS_PER_POST_MAX = 200
CALLBACK_ATTEMPTS_MAX = 12
BACKOFF_SECONDS_MAX = 60.0
SEGMENT_UNITS_SINGLE = 70
SEGMENT_UNITS_JOINED = 67
SIGNATURE_HEADER = "X-Sandbox-Signature"

_NUMBER = re.compile(r"(?:\+86|0086|86)?1[3-9]\d{9}|\+(?!86)[1-9]\d{7,14}")
_SIGN = re.compile(r"^【[^【】]{1,20}】")
_OPT_OUT_OFFER = re.compile(r"拒收|退订|回复?\s*(?:TD|R|T|N)\b", re.IGNORECASE)
_OPT_OUT_REPLY = re.compile(r"(?:R|T|TD|N|退订.{0,6}|拒收.{0,6})", re.IGNORECASE)

# Numbers that always meet the same fate, ten thousand of each, so that a test can choose.
_DELIVERED_PREFIX, _BLACKLISTED_PREFIX = "1990001", "1990002"
_PHONE_OFF_PREFIX, _NO_SUCH_NUMBER_PREFIX = "1990003", "1990004"
_SILENT_PREFIX, _BUSY_PREFIX = "1990005", "1990006"
_FAILING_PREFIXES = {_PHONE_OFF_PREFIX: "phone_off", _NO_SUCH_NUMBER_PREFIX: "no_such_number"}


@dataclass(frozen=True)
class Fate:
    """What will become of an accepted message: its last state, and whether the vendor will ever say so."""

    state: str
    error_code: str | None
    silent: bool = False


def plain_number(phone: str) -> str:
    """A number as the vendor keeps it: without spaces, dashes and the Chinese country code.

    >>> plain_number("+86 138-0013-8000"), plain_number("+4479460000000")
    ('13800138000', '+4479460000000')
    """
    digits = re.sub(r"[\s-]", "", phone)
    match = re.fullmatch(r"(?:\+86|0086|86)(1[3-9]\d{9})", digits)
    return match.group(1) if match else digits


def segments_of(text: str) -> int:
    """How many segments a text is billed as: 70 units alone, 67 each when joined; at least one.

    >>> segments_of("短" * 70), segments_of("短" * 71), segments_of("短" * 135)
    (1, 2, 3)
    """
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= SEGMENT_UNITS_SINGLE else -(-units // SEGMENT_UNITS_JOINED)


def refusal_of(
    *, phone: str, text: str, marketing: bool, blacklisted: bool, sent_today: int, per_day_max: int
) -> str | None:
    """Why the vendor does not take a message; None if it does. The first reason that applies.

    >>> ask = dict(text="【店】上新，拒收请回复R", marketing=True, blacklisted=False, per_day_max=3)
    >>> refusal_of(phone="13800138000", sent_today=0, **ask), refusal_of(phone="12", sent_today=0, **ask)
    (None, 'invalid_number')
    >>> refusal_of(phone="13800138000", sent_today=3, **ask)
    'over_daily_limit'
    """
    reasons = (
        (not _NUMBER.fullmatch(phone), "invalid_number"),
        (blacklisted or phone.startswith(_BLACKLISTED_PREFIX), "blacklisted"),
        (phone.startswith(_BUSY_PREFIX), "throttled"),
        (not text.strip(), "empty_text"),
        (len(text) > TEXT_CHARACTERS_MAX, "text_too_long"),
        (not _SIGN.match(text), "missing_sign"),
        (marketing and not _OPT_OUT_OFFER.search(text), "missing_opt_out"),
        (marketing and sent_today >= per_day_max, "over_daily_limit"),
    )
    return next((code for applies, code in reasons if applies), None)


def chance_of(seed: int, purpose: str, out_id: str) -> float:
    """A number in [0, 1) that is always the same for this seed, purpose and message.

    >>> chance_of(1, "fate", "a") == chance_of(1, "fate", "a") != chance_of(2, "fate", "a")
    True
    """
    digest = hashlib.blake2b(f"{seed}:{purpose}:{out_id}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def fate_of(*, seed: int, out_id: str, phone: str, fail_rate: float) -> Fate:
    """What becomes of an accepted message: by its number if that is a test number, else by seeded chance.

    >>> fate_of(seed=1, out_id="a", phone="19900030000", fail_rate=0)
    Fate(state='failed', error_code='phone_off', silent=False)
    """
    prefix = phone[:7]
    if prefix in _FAILING_PREFIXES:
        return Fate("failed", _FAILING_PREFIXES[prefix])
    if prefix == _SILENT_PREFIX:
        return Fate("accepted", None, silent=True)
    if prefix != _DELIVERED_PREFIX and chance_of(seed, "fate", out_id) < fail_rate:
        return Fate("failed", "phone_off")
    return Fate("delivered", None)


def vendor_day(now: float) -> str:
    """The natural day, in China, that the daily limit counts in.

    >>> vendor_day(0.0)
    '1970-01-01'
    """
    return datetime.fromtimestamp(now, VENDOR_ZONE).date().isoformat()


def is_opt_out(text: str) -> bool:
    """Whether a reply makes the vendor put the number on the list of those who refused this sign.

    >>> is_opt_out(" td "), is_opt_out("谢谢")
    (True, False)
    """
    return bool(_OPT_OUT_REPLY.fullmatch(text.strip()))


def backoff_seconds(attempts: int) -> float:
    """How long the vendor waits after a callback failed for the `attempts`-th time.

    >>> [backoff_seconds(n) for n in (1, 2, 3, 12)]
    [0.5, 1.0, 2.0, 60.0]
    """
    return float(min(BACKOFF_SECONDS_MAX, 0.5 * 2 ** (attempts - 1)))


def seal_of(body: bytes, key: str) -> str:
    """The value of the signature header: `sha256=` and the HMAC-SHA256 of the body, in hex.

    >>> seal_of(b"{}", "k")[:15]
    'sha256=add853b1'
    """
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
