"""Those who use the system while it is struck: they send, ask again where the answer was unclear, and note it all."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

PEOPLE = 120
ANSWER_SECONDS_MAX = 10
CLEAR_SECONDS_MAX = 90  # an answer that stays unclear so long, once nobody is killed any more, is a fault
SOURCE, FILE_SOURCE, CONSENT_SOURCE = "soak", "soak_file", "soak_desk"
FILE_RULES = f"""kind: customers
source: {FILE_SOURCE}
customer_namespace: member_no
columns: {{customer_key: k, name: n, phone: p, email: e, consent_sms: c, consent_at: at}}
"""
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)

Identities = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """An event: its number, which its property says too, and whom it names."""

    mark: str
    name: str
    who: Identities
    authenticated: bool
    occurred_at: datetime

    def body(self) -> dict[str, Any]:
        """As it is sent."""
        key = "path" if self.name == "page_view" else "mark"
        return {
            "event": self.name, "event_id": self.mark, "occurred_at": self.occurred_at.isoformat(),
            "authenticated": self.authenticated, "properties": {key: self.mark},
            "identities": [{"namespace": space, "value": value} for space, value in self.who],
        }  # fmt: skip


@dataclass
class Told:
    """What was asked, and what was answered beyond doubt."""

    sent: dict[str, Sent] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    imports: set[int] = field(default_factory=set)
    members_in_files: set[str] = field(default_factory=set)
    consents: dict[str, int] = field(default_factory=dict)
    merges_asked: int = 0
    merges_done: int = 0
    retracted: set[int] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def identities_of(person: int) -> Identities:
    """What one of the people is known by."""
    return (
        ("member_no", f"M{person}"), ("phone", f"+861390013{person:04d}"), ("unionid", f"U{person}"),
        ("email", f"p{person}@example.com"), ("device", f"D{person // 2}"),
    )  # fmt: skip


class Crowd:
    """Programs that send events, clerks who bring files, note consents, merge and part customers; a thread each."""

    def __init__(self, url: str, *, key: str, consent_text_id: int, seed: int) -> None:
        self.told = Told()
        self._url, self._key, self._text, self._seed = url, key, consent_text_id, seed
        self._stopping, self._calm_since = threading.Event(), float("inf")
        self._noting = threading.Lock()
        self._number = 0
        self._threads = [
            threading.Thread(target=self._go_on, args=(kind, number), daemon=True)
            for number, kind in enumerate(
                (self._send, self._send, self._send, self._bring, self._agree, self._merge)
            )
        ]

    def start(self) -> None:
        """All are at work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """All have finished what they had begun: every question has a clear answer or was given up on purpose."""
        self._calm_since = time.monotonic()
        self._stopping.set()
        for thread in self._threads:
            thread.join(CLEAR_SECONDS_MAX + ANSWER_SECONDS_MAX)
            assert not thread.is_alive(), "somebody waits for an answer for ever"

    def _go_on(self, work: Callable[[httpx.Client, random.Random], None], number: int) -> None:
        luck = random.Random(self._seed * 100 + number)  # noqa: S311 -- the same crowd again; no secret
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Language": "en"}
        with httpx.Client(
            base_url=f"{self._url}/api/v1", headers=headers, timeout=ANSWER_SECONDS_MAX, trust_env=False
        ) as http:
            while not self._stopping.is_set():
                try:
                    work(http, luck)
                except Exception as failure:  # noqa: BLE001 -- a thread must not die unheard
                    self.told.faults.append(f"{work.__name__}: {failure!r}")
                time.sleep(luck.uniform(0.02, 0.15))

    def _ask(self, http: httpx.Client, method: str, path: str, **how: Any) -> httpx.Response | None:
        """The answer; None where nobody knows whether anything was done."""
        try:
            answer = http.request(method, path, **how)
        except httpx.HTTPError:
            return None
        with self._noting:
            self.told.answers[_said(answer)] += 1
        if answer.status_code == 500 or 400 <= answer.status_code < 429:
            self.told.faults.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return None if answer.status_code in (429, 500, 503) else answer

    def _until_clear(self, http: httpx.Client, method: str, path: str, **how: Any) -> httpx.Response:
        while time.monotonic() < self._calm_since + CLEAR_SECONDS_MAX:
            if (answer := self._ask(http, method, path, **how)) is not None:
                return answer
            time.sleep(0.2)
        raise TimeoutError(f"{method} {path} had no clear answer in {CLEAR_SECONDS_MAX} s")

    def _send(self, http: httpx.Client, luck: random.Random) -> None:
        """A batch of events, some of which were sent before; a few that got no answer are not sent again."""
        batch = [self._event(luck) for _ in range(luck.randint(1, 30))]
        with self._noting:
            earlier = list(self.told.sent.values())[-200:]
            self.told.sent |= {one.mark: one for one in batch}
        again = luck.sample(earlier, min(len(earlier), luck.randint(0, 5)))
        body = {"events": [one.body() for one in [*batch, *again]]}
        answer = self._ask(http, "POST", "/events", json=body)
        if answer is None and luck.random() < 0.1:
            return
        if answer is None:
            answer = self._until_clear(http, "POST", "/events", json=body)
        if answer.status_code == 202:
            with self._noting:
                self.told.acknowledged |= {one.mark for one in [*batch, *again]}

    def _event(self, luck: random.Random) -> Sent:
        with self._noting:
            self._number += 1
            mark = f"e{self._number}"
        person = luck.randrange(PEOPLE)
        who = luck.sample(identities_of(person), luck.randint(1, 3))
        if luck.random() < 0.02:
            who.append(luck.choice(identities_of(luck.randrange(PEOPLE))))
        at = FIRST_DAY + timedelta(seconds=luck.randrange(4_000_000))
        name = luck.choice(("page_view", "tea_tasting"))
        return Sent(mark, name, tuple(dict.fromkeys(who)), luck.random() < 0.7, at)

    def _bring(self, http: httpx.Client, luck: random.Random) -> None:
        """A customer file is uploaded and imported; where it is not clear whether it was, it is brought again."""
        people = luck.sample(range(PEOPLE), luck.randint(3, 30))
        rows = [
            f"M{one},客{one},1390013{one:04d},p{one}@example.com,是,2026-02-01T10:00:00+08:00"
            for one in people
        ]
        content = "\n".join(["k,n,p,e,c,at", *rows]).encode()
        for _ in range(20):
            upload = self._until_clear(
                http, "POST", "/imports/uploads", files={"file": ("people.csv", content, "text/csv")}
            )
            order = {"upload_id": upload.json()["upload_id"], "kind": "customers", "map_text": FILE_RULES}
            started = self._ask(http, "POST", "/imports", json=order)
            if started is not None:
                self.told.imports.add(started.json()["import_id"])
                self.told.members_in_files |= {f"M{one}" for one in people}
                break
            time.sleep(0.2)
        time.sleep(luck.uniform(1.0, 2.0))

    def _agree(self, http: httpx.Client, luck: random.Random) -> None:
        """A consent of somebody, with a moment that no other consent has."""
        customer = self._customer(http, luck)
        if customer is None:
            return
        with self._noting:
            self._number += 1
            said_at = (FIRST_DAY + timedelta(days=200, seconds=self._number)).isoformat()
        body = {"purpose": "marketing", "channel": "sms", "granted": True, "source": CONSENT_SOURCE,
                "consent_text_id": self._text, "said_at": said_at}  # fmt: skip
        self._until_clear(http, "POST", f"/customers/{customer}/consents", json=body)
        self.told.consents[said_at] = customer

    def _merge(self, http: httpx.Client, luck: random.Random) -> None:
        """Two customers are said to be one, and often parted again."""
        one, other = self._customer(http, luck), self._customer(http, luck)
        if one is None or other is None or one == other:
            return
        self.told.merges_asked += 1
        body = {"other_customer_id": other, "reason": "soak"}
        done = self._until_clear(http, "POST", f"/customers/{one}/merge", json=body)
        self.told.merges_done += bool(done.json()["moves"])
        graph = self._until_clear(http, "GET", f"/customers/{one}/identities").json()
        by_hand = [edge for edge in graph["edges"] if edge["overrides"] and edge["retracted_at"] is None]
        if by_hand and luck.random() < 0.8:
            edge_id = luck.choice(by_hand)["edge_id"]
            self._until_clear(http, "POST", f"/identity-links/{edge_id}/retraction", json={"reason": "soak"})
            self.told.retracted.add(edge_id)
        time.sleep(luck.uniform(0.2, 0.6))

    def _customer(self, http: httpx.Client, luck: random.Random) -> int | None:
        body = {"q": f"M{luck.randrange(PEOPLE)}"}
        found = self._until_clear(http, "POST", "/customers/search", json=body).json()["items"]
        return found[0]["customer_id"] if found else None


def _said(answer: httpx.Response) -> str:
    """The status, and the code of a refusal: 503 database_gone."""
    refused = answer.headers["content-type"] == "application/problem+json"
    return f"{answer.status_code} {answer.json()['code']}" if refused else str(answer.status_code)
