"""Those who use the system while it is struck: each asks again where the answer was unclear, and notes it all."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

PEOPLE = 120
GUESTS_MAX = 60  # people who come once and ask to be forgotten
ANSWER_SECONDS_MAX = 10
CLEAR_SECONDS_MAX = 240  # an answer that stays unclear so long, once nobody is killed any more, is a fault
SOURCE, FILE_SOURCE, CONSENT_SOURCE = "soak", "soak_file", "soak_desk"
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


@dataclass(frozen=True, slots=True)
class Word:
    """What a customer said of being written to, at a moment at which nobody else said anything."""

    customer_id: int
    granted: bool
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who asked to be forgotten: their customer number and the request's."""

    customer_id: int
    request_id: int


@dataclass
class Told:
    """What was asked, and what was answered beyond doubt."""

    sent: dict[str, Sent] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    words: list[Word] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    guests: dict[int, Guest] = field(default_factory=dict)
    merges_asked: int = 0
    merges_done: int = 0
    retracted: set[int] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def is_of_everything(self) -> bool:
        """Whether everything was done at least once."""
        said = {word.granted for word in list(self.words)}
        return bool(self.merges_done and self.retracted and self.guests and len(said) == 2)


def identities_of(person: int) -> Identities:
    """What one of the people is known by."""
    return (
        ("member_no", f"M{person}"), ("phone", f"+861390013{person:04d}"), ("unionid", f"U{person}"),
        ("email", f"p{person}@example.com"), ("device", f"D{person // 2}"),
    )  # fmt: skip


def identities_of_guest(guest: int) -> Identities:
    """What somebody who will ask to be forgotten is known by."""
    return ("member_no", f"G{guest}"), ("phone", f"+861380013{guest:04d}")


class Crowd:
    """Programs and clerks, a thread each, who go on as long as they are not told to stop."""

    def __init__(
        self, url: str, *, key: str, consent_text_id: int, works: Sequence["Work"], seed: int
    ) -> None:
        self.told, self.consent_text_id = Told(), consent_text_id
        self.noting = threading.Lock()
        self._url, self._key, self._seed = url, key, seed
        self._stopping, self._calm_since = threading.Event(), float("inf")
        self._number = 0
        self._threads = [
            threading.Thread(target=self._go_on, args=(work, number), daemon=True)
            for number, work in enumerate(works)
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

    @property
    def is_over(self) -> bool:
        """Whether all were told to stop."""
        return self._stopping.is_set()

    def number(self) -> int:
        """A number that nobody had before."""
        with self.noting:
            self._number += 1
            return self._number

    def ask(
        self, http: httpx.Client, method: str, path: str, *, allowed: Sequence[str] = (), **how: Any
    ) -> httpx.Response | None:
        """The answer; None where nobody knows whether anything was done. `allowed`: refusals that are no fault."""
        try:
            answer = http.request(method, path, **how)
        except httpx.HTTPError:
            return None
        said = _said(answer)
        with self.noting:
            self.told.answers[said] += 1
        wrong = answer.status_code == 500 or 400 <= answer.status_code < 429
        if wrong and said.partition(" ")[2] not in allowed:
            self.told.faults.append(f"{method} {path}: {answer.status_code} {answer.text[:600]}")
        return None if answer.status_code in (429, 500, 503) else answer

    def until_clear(self, http: httpx.Client, method: str, path: str, **how: Any) -> httpx.Response:
        """The answer, however often it has to be asked for."""
        while time.monotonic() < self._calm_since + CLEAR_SECONDS_MAX:
            if (answer := self.ask(http, method, path, **how)) is not None:
                return answer
            time.sleep(0.2)
        raise TimeoutError(f"{method} {path} had no clear answer in {CLEAR_SECONDS_MAX} s")

    def customer(self, http: httpx.Client, wanted: str) -> int | None:
        """The customer who is found by these words."""
        found = self.until_clear(http, "POST", "/customers/search", json={"q": wanted}).json()["items"]
        return found[0]["customer_id"] if found else None

    def _go_on(self, work: "Work", number: int) -> None:
        luck = random.Random(self._seed * 100 + number)  # noqa: S311 -- the same crowd again; no secret
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Language": "en"}
        with httpx.Client(
            base_url=f"{self._url}/api/v1", headers=headers, timeout=ANSWER_SECONDS_MAX, trust_env=False
        ) as http:
            while not self.is_over:
                try:
                    work(self, http, luck)
                except Exception as failure:  # noqa: BLE001 -- a thread must not die unheard
                    self.told.faults.append(f"{work.__name__}: {failure!r}")
                time.sleep(luck.uniform(0.02, 0.15))


Work = Callable[[Crowd, httpx.Client, random.Random], None]


def moment(number: int) -> datetime:
    """A moment of its own for each number, later for a larger one."""
    return FIRST_DAY + timedelta(days=200, seconds=number)


def _said(answer: httpx.Response) -> str:
    """The status, and the code of a refusal: 503 database_gone."""
    refused = answer.headers["content-type"] == "application/problem+json"
    return f"{answer.status_code} {answer.json()['code']}" if refused else str(answer.status_code)
