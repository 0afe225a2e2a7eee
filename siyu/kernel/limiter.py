"""How often somebody unknown may ask: a count a minute for each key, kept in this process alone."""

from threading import Lock

WINDOW_SECONDS = 60
KEYS_MAX = 10_000


class RateLimiter:
    """Counts calls a minute under a key, such as a client's address; threads may share it.

    limits  10,000 keys; when there are more, all begin afresh
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._counts: dict[str, tuple[int, int]] = {}
        self._lock = Lock()

    def seconds_to_wait(self, key: str, *, clock: float) -> int:
        """The call is counted.

        units    `clock` in seconds of any clock that does not go back
        returns  0 if it may go on, else the seconds until the minute is over

        >>> limiter = RateLimiter(per_minute=2)
        >>> [limiter.seconds_to_wait("a", clock=at) for at in (0, 1, 15, 61)]
        [0, 0, 45, 0]
        """
        window = int(clock // WINDOW_SECONDS)
        with self._lock:
            if len(self._counts) >= KEYS_MAX and key not in self._counts:
                self._counts.clear()
            began, count = self._counts.get(key, (window, 0))
            count = count + 1 if began == window else 1
            self._counts[key] = (window, count)
        return 0 if count <= self._per_minute else int((window + 1) * WINDOW_SECONDS - clock) or 1
