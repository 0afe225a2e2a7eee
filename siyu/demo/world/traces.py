"""What the brand's programs saw customers do in the last eight weeks, and what some of them said wrongly."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from siyu.demo.contracts import NOTHING, DemoBrand, Ints

SERIES = 41  # so that the same seed draws other luck than the history's
DAYS = 56
ACTIVE_SHARE, VISITORS_A_PERSON = 0.12, 0.25
# Shares of people
ON_THE_SITE, WECOM_FRIENDS, IN_A_GROUP, LEFT_AGAIN, CAME_BY, TASTED, ANSWERED = (
    0.25,
    0.30,
    0.5,
    0.07,
    0.35,
    0.2,
    0.05,
)
# Shares of visits
SEARCHED, TO_THE_CART, FAVOURITE, CHECKED_IN, CLOSED_A_POPUP = 0.2, 0.35, 0.06, 0.22, 0.05
TASTING, UNKNOWN = "tasting", "coupon_popup_closed"
MINI_PROGRAM, SITE, TILL, WECOM, CALLS = "mini-program", "www", "pos", "wecom-sync", "call-centre"
SHOP_PHONE = "19900060000"  # behind the counter of a store: too many gave it as theirs
SHOP_PHONE_GIVEN = 7
PAGES = (
    ("首页", "pages/index"),
    ("会员中心", "pages/member"),
    ("积分商城", "pages/points"),
    ("门店列表", "pages/stores"),
)
QUERIES = ("桂花", "龙井", "礼盒", "无糖", "中秋", "袋泡茶", "杯子", "栀子乌龙")
TEAS = ("明前龙井", "九曲红梅", "武夷肉桂", "老白茶")

Who = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One event as its program sends it; `signed_in`: the program had checked who it was."""

    source: str
    event: str
    at: datetime
    who: Who
    properties: Mapping[str, object] = field(default_factory=dict)
    signed_in: bool = True
    version: int | None = None


def traces_of(brand: DemoBrand, *, until: datetime) -> list[Trace]:
    """The events of eight weeks before `until`, in the sequence they happened: the same brand gives the same ones.

    Some cannot be taken (a program that forgot a field), and some contradict what is known (two cards on one phone).
    """
    rng = np.random.default_rng([brand.seed, SERIES])
    here = np.flatnonzero(brand.tempers.active)
    people = np.sort(rng.choice(here, size=max(8, round(len(here) * ACTIVE_SHARE)), replace=False))
    found = [trace for row in people.tolist() for trace in _person(rng, brand, row, until)]
    for number in range(round(len(people) * VISITORS_A_PERSON)):
        device: Who = (("device", _token("visitor", number)),)
        found += _visit(rng, brand, SITE, device, _moment(rng, until), signed_in=False)
    found += _faults(rng, brand, people, until)
    found += _contradictions(rng, brand, people, until)
    return sorted(found, key=lambda one: one.at)


def _token(kind: str, number: int) -> str:
    """An identifier as platforms make them, the same at every load."""
    return hashlib.sha256(f"{kind}/{number}".encode()).hexdigest()[:24]


def _moment(rng: np.random.Generator, until: datetime, days: int = DAYS) -> datetime:
    """Some moment of the last days, more often in the evening; a session that begins then ends before `until`."""
    day = int(rng.integers(1, days + 1))
    local_hour = float(np.clip(rng.normal(16.5, 4.0), 7, 23.5))
    midnight = (until + timedelta(hours=8)).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        hours=8
    )
    at = midnight - timedelta(days=day - 1) + timedelta(hours=local_hour, seconds=int(rng.integers(0, 3600)))
    return at if at < until - timedelta(hours=1) else at - timedelta(days=1)


def _card(brand: DemoBrand, row: int) -> tuple[str, str]:
    return "member_no", brand.customers.key[row]


def _person(rng: np.random.Generator, brand: DemoBrand, row: int, until: datetime) -> Iterator[Trace]:
    """Sessions in the mini program and on the site, visits of the home store, and what the staff's WeCom saw."""
    in_app: Who = (("openid:wx17c0ffee", "o" + _token("openid", row)), _card(brand, row))
    for _ in range(1 + int(rng.poisson(2.0))):
        yield from _visit(rng, brand, MINI_PROGRAM, in_app, _moment(rng, until))
    if rng.random() < ON_THE_SITE:
        at_home: Who = (("device", _token("device", row)), _card(brand, row))
        yield from _visit(rng, brand, SITE, at_home, _moment(rng, until))
    yield from _with_staff(rng, brand, row, until)


def _with_staff(rng: np.random.Generator, brand: DemoBrand, row: int, until: datetime) -> Iterator[Trace]:
    store = int(brand.tempers.home_store[row])
    if store == NOTHING:
        return
    code, card = brand.stores[store].code, (_card(brand, row),)
    staff = f"{code}-G{int(rng.integers(1, 4))}"
    luck = rng.random(4).tolist()
    if luck[0] < WECOM_FRIENDS:
        contact: Who = (
            ("external_userid", "wm" + _token("wecom", row)),
            ("unionid", _token("union", row)),
            *card,
        )
        added = _moment(rng, until)
        way = ("门店物料码", "导购名片", "小程序引导")[int(rng.integers(3))]
        yield Trace(WECOM, "wecom_added", added, contact, {"staff_key": staff, "way": way})
        if luck[1] < IN_A_GROUP:
            joined = {"group_key": f"{code}-茶友群", "staff_key": staff, "way": "导购邀请"}
            yield Trace(WECOM, "group_joined", added + timedelta(minutes=7), contact, joined)
        if luck[1] > 1 - LEFT_AGAIN:
            gone = {"staff_key": staff, "by_customer": True}
            yield Trace(WECOM, "wecom_deleted", min(added + timedelta(days=9), until), contact, gone)
    if luck[2] < CAME_BY:
        came = _moment(rng, until)
        yield Trace(
            TILL, "store_visit", came, card, {"store_key": code, "staff_key": staff, "purpose": "到店自提"}
        )
        if luck[3] < TASTED:
            tea, score = TEAS[int(rng.integers(len(TEAS)))], int(rng.integers(6, 11))
            tasted = {"store_key": code, "tea": tea, "score": score}
            yield Trace(TILL, TASTING, came + timedelta(minutes=12), card, tasted)
    if luck[3] > 1 - ANSWERED:
        answered = {"survey_key": "2026-autumn", "question_key": "nps", "score": float(rng.integers(5, 11))}
        yield Trace(MINI_PROGRAM, "survey_answered", _moment(rng, until), card, answered)


def _visit(
    rng: np.random.Generator,
    brand: DemoBrand,
    source: str,
    who: Who,
    begins: datetime,
    *,
    signed_in: bool = True,
) -> Iterator[Trace]:
    """One session: pages, products, perhaps a search, a cart, a favourite, a check-in."""
    at = begins
    device = "phone" if source == MINI_PROGRAM else ("desktop", "phone")[int(rng.integers(2))]

    def said(event: str, **properties: object) -> Trace:
        nonlocal at
        at += timedelta(seconds=int(rng.integers(4, 90)))
        return Trace(source, event, at, who, properties, signed_in)

    for _ in range(1 + int(rng.integers(0, 3))):
        title, path = PAGES[int(rng.integers(len(PAGES)))]
        yield said(
            "page_view", title=title, path=path, device_kind=device, seconds=float(rng.integers(3, 120))
        )
    luck = rng.random(5).tolist()
    if luck[0] < SEARCHED:
        yield said("search", query=QUERIES[int(rng.integers(len(QUERIES)))], results=int(rng.integers(0, 24)))
    for _ in range(int(rng.integers(0, 4))):
        product = brand.products[int(rng.integers(len(brand.products)))]
        what = {"product_key": product.code, "category": product.category}
        yield said("product_view", **what, price_fen=product.price_fen)
        if luck[1] < TO_THE_CART:
            yield said(
                "cart_changed",
                **what,
                action="add",
                quantity=1.0,
                amount_fen=product.price_fen,
                currency="CNY",
            )
        if luck[2] < FAVOURITE:
            yield said("favourite_changed", **what, added=True)
    if source == MINI_PROGRAM and luck[3] < CHECKED_IN:
        yield said("check_in", kind="daily", points=5)
    if luck[4] < CLOSED_A_POPUP:
        yield said(UNKNOWN, popup="second-cup", seconds=int(rng.integers(1, 9)))


def _faults(rng: np.random.Generator, brand: DemoBrand, people: Ints, until: datetime) -> Iterator[Trace]:
    """What programs got wrong lately: a release without product numbers, prices as text, a till's old form."""

    def somebody() -> Who:
        return (_card(brand, int(people[int(rng.integers(len(people)))])),)

    scale = max(1, len(people) // 25)
    for _ in range(scale):
        yield Trace(MINI_PROGRAM, "product_view", _moment(rng, until, 2), somebody(), {"category": "袋泡茶"})
    for _ in range(max(1, scale // 3)):
        cart = {"action": "add", "product_key": brand.products[0].code, "amount_fen": "¥38.00"}
        yield Trace(MINI_PROGRAM, "cart_changed", _moment(rng, until, 3), somebody(), cart)
    for _ in range(max(1, scale // 5)):
        yield Trace(TILL, "store_visit", _moment(rng, until, 6), somebody(), {"purpose": "到店自提"})
    for _ in range(max(1, scale // 6)):
        yield Trace(TILL, TASTING, _moment(rng, until, 6), somebody(), {"tea": TEAS[0]}, version=9)


def _contradictions(
    rng: np.random.Generator, brand: DemoBrand, people: Ints, until: datetime
) -> Iterator[Trace]:
    """Two cards on one call, and a counter's phone that many gave: what the rules of identities leave to a person."""
    phones = brand.customers.phone
    reachable = [row for row in people.tolist() if len(phones[row]) == len(SHOP_PHONE)]
    for one, other in zip(reachable[0:8:2], reachable[1:8:2], strict=False):
        named: Who = (("phone", phones[one]), _card(brand, other))
        heard = {"direction": "in", "result": "answered", "seconds": float(rng.integers(40, 400))}
        yield Trace(CALLS, "call_ended", _moment(rng, until, 10), named, heard)
    for row in reachable[-SHOP_PHONE_GIVEN:]:
        given: Who = (("phone", SHOP_PHONE), _card(brand, row))
        code = brand.stores[max(int(brand.tempers.home_store[row]), 0)].code
        yield Trace(
            TILL, "store_visit", _moment(rng, until, 20), given, {"store_key": code, "purpose": "登记会员"}
        )
