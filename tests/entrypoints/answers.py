"""What operations answered how often, said in one line."""

from collections import Counter
from collections.abc import Mapping

# Meant answers above 499: what waits elsewhere is not there, and says so.
MEANT = {503, 507}
Answered = Mapping[str, Mapping[int, int]]


def said(answered: Answered) -> str:
    """All that was asked and answered, to be quoted. `answered`: operation → status → how often.

    >>> said({"GET /a": {200: 3}, "GET /b": {404: 1}})  # doctest: +ELLIPSIS
    'Schemathesis: 2 operations, 4 requests: 2xx 3 (75%), 4xx 1, ... 5xx of any other kind 0; 1 operations did ...'
    """
    total: Counter[int] = sum((Counter(counts) for counts in answered.values()), Counter())
    made = total.total()
    worked = len(answered) - len(never_done(answered))

    def of(first: int) -> int:
        return sum(count for status, count in total.items() if status // 100 == first)

    meant = sum(total[one] for one in MEANT)
    return (
        f"Schemathesis: {len(answered)} operations, {made:,} requests: 2xx {of(2):,} ({of(2) / made:.0%}), "
        f"4xx {of(4):,}, meant 503 and 507 {meant}, 5xx of any other kind {of(5) - meant}; "
        f"{worked} operations did what they were asked at least once"
    )


def never_done(answered: Answered) -> list[str]:
    """The operations that refused everything."""
    return [label for label, counts in answered.items() if not any(status < 300 for status in counts)]
