"""Clerks of the crowd: they note who agrees and who withdraws, join and part customers, and have guests forgotten."""

import random
import time

import httpx

from tests.failure.crowd import (
    CONSENT_SOURCE,
    GUESTS_MAX,
    PEOPLE,
    Crowd,
    Guest,
    Sent,
    Word,
    identities_of_guest,
    moment,
)
from tests.failure.programs import send_whole

KNOWN_SECONDS_MAX, ASKED_MAX = 30, 100


def agree(crowd: Crowd, http: httpx.Client, luck: random.Random) -> None:
    """Somebody agrees to be written to, or wants it no more; now and then the head of the chain is written down."""
    customer = crowd.customer(http, f"M{luck.randrange(PEOPLE)}")
    if customer is not None:
        _say(crowd, http, customer, granted=luck.random() < 0.6)
    if luck.random() < 0.1:
        chain = crowd.until_clear(http, "GET", "/consent-chain").json()
        if chain["seals"]:
            crowd.told.heads.append(chain["head"])


def _say(crowd: Crowd, http: httpx.Client, customer_id: int, *, granted: bool) -> None:
    said_at = moment(crowd.number())
    body = {"purpose": "marketing", "channel": "sms", "granted": granted, "source": CONSENT_SOURCE,
            "said_at": said_at.isoformat()}  # fmt: skip
    if granted:
        body["consent_text_id"] = crowd.consent_text_id
    crowd.until_clear(http, "POST", f"/customers/{customer_id}/consents", json=body)
    crowd.told.words.append(Word(customer_id, granted, said_at))


def merge(crowd: Crowd, http: httpx.Client, luck: random.Random) -> None:
    """Two customers are said to be one, and often parted again, by whoever comes first."""
    one, other = (crowd.customer(http, f"M{luck.randrange(PEOPLE)}") for _ in range(2))
    if one is None or other is None or one == other:
        return
    with crowd.noting:
        crowd.told.merges_asked += 1
    body = {"other_customer_id": other, "reason": "soak"}
    done = crowd.until_clear(http, "POST", f"/customers/{one}/merge", json=body)
    with crowd.noting:
        crowd.told.merges_done += bool(done.json()["moves"])
    graph = crowd.until_clear(http, "GET", f"/customers/{one}/identities").json()
    by_hand = [edge for edge in graph["edges"] if edge["overrides"] and edge["retracted_at"] is None]
    if by_hand and luck.random() < 0.8:
        edge_id = luck.choice(by_hand)["edge_id"]
        crowd.until_clear(http, "POST", f"/identity-links/{edge_id}/retraction", json={"reason": "soak"})
        crowd.told.retracted.add(edge_id)
    time.sleep(luck.uniform(0.2, 0.6))


def forget(crowd: Crowd, http: httpx.Client, luck: random.Random) -> None:
    """A guest comes, agrees to something, and asks to be forgotten; only one clerk does this."""
    guest = len(crowd.told.guests)
    if guest == GUESTS_MAX:
        return
    came = Sent(
        f"g{guest}", "tea_tasting", identities_of_guest(guest), authenticated=True, occurred_at=moment(0)
    )
    with crowd.noting:
        crowd.told.sent[came.mark] = came
    send_whole(crowd, http, [came])
    customer_id = _known(crowd, http, guest)
    if customer_id is None:
        return
    _say(crowd, http, customer_id, granted=True)
    order = {"kind": "erasure", "customer_id": customer_id, "reason": "soak"}
    for _ in range(ASKED_MAX):  # asked twice, it is refused: whether it was heard is read
        crowd.ask(http, "POST", "/privacy/requests", json=order, allowed=["privacy_request_open"])
        where = f"/privacy/requests?customer_id={customer_id}"
        if asked := crowd.until_clear(http, "GET", where).json()["items"]:
            crowd.told.guests[guest] = Guest(customer_id, asked[0]["request_id"])
            break
        time.sleep(0.2)
    time.sleep(luck.uniform(0.5, 1.5))


def _known(crowd: Crowd, http: httpx.Client, guest: int) -> int | None:
    """The guest's number, once the event that names them has been carried; None if all go home before."""
    end = time.monotonic() + KNOWN_SECONDS_MAX
    while time.monotonic() < end and not crowd.is_over:
        found = crowd.customer(http, f"G{guest}")
        if found is not None:
            return found
        time.sleep(0.3)
    return None
