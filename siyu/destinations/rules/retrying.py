"""What an answer means, when a delivery is tried again, and when a destination is left alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import md5

from siyu.destinations.contracts import Answer, DeliveryState, Outcome, PauseReason, Standing

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(days=1)
GROWTH = 4
JITTER = 0.2
ATTEMPTS_MAX = 12  # about five days
FAILURES_MAX = 20
HELD_UP_MAX = timedelta(minutes=15)
# Which answers speak of the destination and not of the one body: everything else would fail alike.
HOLDS_UP = frozenset(Outcome) - {Outcome.DELIVERED, Outcome.REFUSED}
_OK, _REDIRECT, _CLIENT, _SERVER = 200, 300, 400, 500
_WRONG_DOOR = frozenset({401, 403, 404, 405, 407})
_GONE, _TOO_MANY, _TIMEOUT = 410, 429, 408


def outcome_of(answer: Answer) -> Outcome:
    """What an answer means.

    >>> outcome_of(Answer(204, None, 12)).value, outcome_of(Answer(302, None, 12)).value
    ('delivered', 'redirect')
    """
    if answer.problem is not None:
        return answer.problem
    status = answer.status or 0
    if status in (_GONE, _TOO_MANY, _TIMEOUT):
        return {_GONE: Outcome.GONE, _TOO_MANY: Outcome.TOO_MANY, _TIMEOUT: Outcome.TIMEOUT}[status]
    if status in _WRONG_DOOR:
        return Outcome.TURNED_AWAY
    if _OK <= status < _REDIRECT:
        return Outcome.DELIVERED
    if _REDIRECT <= status < _CLIENT:
        return Outcome.REDIRECT
    return Outcome.REFUSED if _CLIENT <= status < _SERVER else Outcome.SERVER_ERROR


def wait_after(attempts: int, *, share: float) -> timedelta:
    """How long after so many attempts the next one is made: 5 s, then four times as long each, a day at most.

    `share`, from 0 to 1, takes up to a fifth away, so that deliveries that failed together do not come back together.

    >>> [str(wait_after(n, share=0.0)) for n in (1, 2, 5, 9)]
    ['0:00:05', '0:00:20', '0:21:20', '1 day, 0:00:00']
    """
    grown = min(FIRST_WAIT * int(GROWTH ** min(max(attempts, 1) - 1, 16)), LONGEST_WAIT)
    return grown * (1 - JITTER * share)


def share_of(delivery_id: int, attempts: int) -> float:
    """A number from 0 to 1 that looks random and is the same for the same attempt.

    >>> 0 <= share_of(7, 1) < 1, share_of(7, 1) == share_of(7, 1), share_of(7, 1) == share_of(8, 1)
    (True, True, False)
    """
    digest = md5(f"{delivery_id}/{attempts}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def after_attempt(
    standing: Standing, answer: Answer, *, delivery_id: int, now: datetime
) -> tuple[Outcome, Standing]:
    """Where a delivery and its destination stand after an attempt.

    An answer that speaks of the destination holds up all that goes there, a quarter of an hour at most unless it
    asks for more; after twenty failures in a row, or a 410, the destination is paused until somebody looks.
    """
    outcome = outcome_of(answer)
    if outcome is Outcome.DELIVERED:
        done = Standing(DeliveryState.DELIVERED, standing.attempts + 1, None, failures=0, not_before=None)
        return outcome, done
    attempts, failures = standing.attempts + 1, standing.failures + 1
    share = share_of(delivery_id, attempts)
    asked = timedelta(seconds=min(answer.retry_after_seconds or 0, LONGEST_WAIT.total_seconds()))
    given_up = attempts >= ATTEMPTS_MAX
    next_at = None if given_up else now + max(wait_after(attempts, share=share), asked)
    failed = Standing(
        DeliveryState.FAILED if given_up else DeliveryState.WAITING, attempts, next_at, failures, standing.not_before
    )  # fmt: skip
    if outcome in HOLDS_UP:
        held = min(wait_after(failures, share=share), HELD_UP_MAX)
        failed = replace(failed, not_before=now + max(held, asked))
    if outcome is Outcome.GONE or failures >= FAILURES_MAX:
        failed = replace(failed, pause=PauseReason.GONE if outcome is Outcome.GONE else PauseReason.FAILURES)
    return outcome, failed
