"""Who the customers are on paper: names, telephone numbers, home, membership and consent."""

from datetime import date, timedelta

import numpy as np

from siyu.demo.contracts import NOTHING, Customers, Flags, Ints, Store, Tempers
from siyu.demo.world.baskets import DAY_SECONDS
from siyu.demo.world.luck import some
from siyu.demo.world.names import draw_names
from siyu.demo.world.places import PARCEL_CITIES

# China reserves no telephone numbers for fiction. These stand for people who do not exist, and the demo is wired to
# the sandbox vendor alone: 1990010-0000 to 1990029-9999 behave like any handset, the others as their note says.
PHONE_FIRST = 19_900_100_000
PHONES = 200_000
SPECIAL_PHONES = (  # share of customers, first number of ten thousand
    (0.020, 19_900_030_000),  # switched off
    (0.012, 19_900_040_000),  # no such number
    (0.008, 19_900_050_000),  # the vendor never says what became of the message
    (0.004, 19_900_020_000),  # on the vendor's blacklist
)
BROKEN_PHONES = ("1990000", "12900000000", "0571-8800000", "1990000000A", "00000000000")

CONSENT_SOURCES = ("门店登记", "小程序授权", "天猫会员授权", "官网注册")
UNKNOWN, YES, NO = "", "是", "否"
MEMBER_SHARE = 0.70
NO_PHONE_SHARE, NO_GOOD_PHONE_SHARE = 0.04, 0.05  # cumulative


def draw_people(
    rng: np.random.Generator,
    tempers: Tempers,
    stores: tuple[Store, ...],
    *,
    first_seen: Ints,
    old: Flags,
    today: date,
    until: int,
) -> Customers:
    """One row of paper per customer; nothing on it is later than `until`.

    units  first_seen and until in seconds since 1970 UTC; first_seen is the first order, or the visit of those without
    """
    count = len(first_seen)
    female = some(rng, count, 0.66)
    ahead = np.where(some(rng, count, 0.8), 0, rng.integers(0, 20, count))
    ahead = np.where(old, rng.integers(20, 900, count), ahead) * DAY_SECONDS + rng.integers(40, 900, count)
    known = np.minimum(first_seen, until) - ahead
    member = some(rng, count, MEMBER_SHARE)
    hesitates = some(rng, count, 0.3)
    joined = np.minimum(known + np.where(hesitates, DAY_SECONDS * rng.integers(1, 60, count), 30), until)
    consent, source, consent_at = _consents(rng, tempers, known=known, until=until)
    province, city = _homes(rng, tempers, stores)
    gender = np.where(some(rng, count, 0.05), "", np.where(female, "女", "男"))
    return Customers(
        key=_keys(known),
        name=draw_names(rng, female),
        phone=_phones(rng, count),
        gender=gender.tolist(),
        birthday=_birthdays(rng, count, today),
        province=province,
        city=city,
        home_store=tempers.home_store,
        known_at=known,
        joined_at=np.where(member, joined, NOTHING),
        consent=consent,
        consent_source=source,
        consent_at=consent_at,
    )


def _keys(known_at: Ints) -> list[str]:
    """Customer numbers, given in the sequence in which people became known."""
    place = np.argsort(np.argsort(known_at, kind="stable"), kind="stable")
    return [f"XZ{number:08d}" for number in (place + 1).tolist()]


def _phones(rng: np.random.Generator, count: int) -> list[str]:
    """A number of their own for most; 4% gave none, 1% one that cannot be right, and some handsets are trouble."""
    number = PHONE_FIRST + rng.choice(PHONES, size=count, replace=False)
    fate = rng.random(count)
    for share, first in SPECIAL_PHONES:
        troubled = (fate >= 0) & (fate < share)
        number[troubled] = first + np.arange(int(troubled.sum()))
        fate = np.where(troubled, -1, fate - share)
    luck = rng.random(count).tolist()
    broken = rng.integers(0, len(BROKEN_PHONES), count).tolist()
    return [
        "" if chance < NO_PHONE_SHARE else BROKEN_PHONES[row] if chance < NO_GOOD_PHONE_SHARE else str(phone)
        for phone, chance, row in zip(number.tolist(), luck, broken, strict=True)
    ]


def _birthdays(rng: np.random.Generator, count: int, today: date) -> list[str]:
    """A birthday for seven in ten; people are 16 to 75 years old, most about 35."""
    age_days = (365.25 * (16 + 59 * rng.beta(1.9, 3.9, count))).astype(np.int64).tolist()
    told = some(rng, count, 0.7).tolist()
    return [
        (today - timedelta(days=days)).isoformat() if tells else ""
        for days, tells in zip(age_days, told, strict=True)
    ]


def _homes(
    rng: np.random.Generator, tempers: Tempers, stores: tuple[Store, ...]
) -> tuple[list[str], list[str]]:
    """Province and city: that of the home store, or somewhere the post goes."""
    parcel = rng.integers(0, len(PARCEL_CITIES), len(tempers.home_store)).tolist()
    places = [(store.province, store.city) for store in stores]
    homes = [
        PARCEL_CITIES[other] if store == NOTHING else places[store]
        for store, other in zip(tempers.home_store.tolist(), parcel, strict=True)
    ]
    return [province for province, _ in homes], [city for _, city in homes]


def _consents(
    rng: np.random.Generator, tempers: Tempers, *, known: Ints, until: int
) -> tuple[list[str], list[str], Ints]:
    """Whether marketing by SMS is welcome: 80% said yes, 8% said no, the rest were never asked."""
    count = len(known)
    answer = rng.choice(3, size=count, p=[0.12, 0.80, 0.08])
    asked_in = np.where(tempers.home_store == NOTHING, tempers.online_channel, 0)
    asked_in = np.where(some(rng, count, 0.35), tempers.online_channel, asked_in)
    moment = np.minimum(known + rng.integers(30, 600, count), until)
    consent = [(UNKNOWN, YES, NO)[each] for each in answer.tolist()]
    source = [
        CONSENT_SOURCES[row] if each else "" for row, each in zip(asked_in.tolist(), consent, strict=True)
    ]
    return consent, source, np.where(answer == 0, NOTHING, moment)
