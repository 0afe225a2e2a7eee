"""Programs of the crowd: they send events, and bring files."""

import random
import time
from datetime import timedelta

import httpx

from tests.failure.crowd import FILE_SOURCE, FIRST_DAY, GUESTS_MAX, PEOPLE, Crowd, Sent, identities_of

FILE_RULES = f"""kind: customers
source: {FILE_SOURCE}
customer_namespace: member_no
columns: {{customer_key: k, name: n, phone: p, email: e, consent_sms: c, consent_at: at}}
"""
FILE_TRIES_MAX = 20


def send(crowd: Crowd, http: httpx.Client, luck: random.Random) -> None:
    """A batch of events, some of which were sent before; a few that got no answer are not sent again."""
    batch = [_event(crowd, luck) for _ in range(luck.randint(1, 30))]
    with crowd.noting:
        earlier = list(crowd.told.sent.values())[-200:]
        crowd.told.sent |= {one.mark: one for one in batch}
    again = luck.sample(earlier, min(len(earlier), luck.randint(0, 5)))
    send_whole(crowd, http, [*batch, *again], give_up=luck.random() < 0.1)


def send_whole(crowd: Crowd, http: httpx.Client, events: list[Sent], *, give_up: bool = False) -> None:
    """The events were sent until the answer was clear, or once if it may be given up; who was told so is noted."""
    body = {"events": [one.body() for one in events]}
    answer = crowd.ask(http, "POST", "/events", json=body)
    if answer is None and give_up:
        return
    if answer is None:
        answer = crowd.until_clear(http, "POST", "/events", json=body)
    if answer.status_code == 202:
        with crowd.noting:
            crowd.told.acknowledged |= {one.mark for one in events}


def _event(crowd: Crowd, luck: random.Random) -> Sent:
    """Somebody does something: known by one to three of their names, which joins them; seldom by another's too."""
    mark, person = f"e{crowd.number()}", luck.randrange(PEOPLE)
    who = luck.sample(identities_of(person), luck.randint(1, 3))
    if luck.random() < 0.02:
        who.append(luck.choice(identities_of(luck.randrange(PEOPLE))))
    at = FIRST_DAY + timedelta(seconds=luck.randrange(4_000_000))
    name = luck.choice(("page_view", "tea_tasting"))
    return Sent(mark, name, tuple(dict.fromkeys(who)), luck.random() < 0.7, at)


def bring(crowd: Crowd, http: httpx.Client, luck: random.Random) -> None:
    """A customer file is uploaded and imported; where it is not clear whether it was, it is brought again.

    It names guests too, with a date before they asked to be forgotten: it must not bring them back.
    """
    people = [f"M{one},客{one},1390013{one:04d},p{one}@example.com" for one in luck.sample(range(PEOPLE), 30)]
    guests = [f"G{one},客{one},1380013{one:04d}," for one in luck.sample(range(GUESTS_MAX), 3)]
    rows = [f"{one},是,2026-02-01T10:00:00+08:00" for one in [*people[: luck.randint(3, 30)], *guests]]
    content = "\n".join(["k,n,p,e,c,at", *rows]).encode()
    for _ in range(FILE_TRIES_MAX):
        upload = crowd.until_clear(
            http, "POST", "/imports/uploads", files={"file": ("people.csv", content, "text/csv")}
        )
        order = {"upload_id": upload.json()["upload_id"], "kind": "customers", "map_text": FILE_RULES}
        if crowd.ask(http, "POST", "/imports", json=order) is not None:
            break
        time.sleep(0.2)
    time.sleep(luck.uniform(1.0, 2.0))
