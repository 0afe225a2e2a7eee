"""What rounds did and found, in words that can be quoted."""

from collections import Counter
from collections.abc import Sequence

from tests.failure.house import VICTIMS
from tests.failure.rounds import Outcome


def said_of(outcomes: Sequence[Outcome]) -> str:
    """One line about rounds: what was killed, what was acknowledged, what became of it."""
    kills: Counter[str] = Counter()
    for outcome in outcomes:
        kills.update(outcome.kills)
    by_process = ", ".join(f"{name} {kills[name]}" for name in VICTIMS)

    def total(name: str) -> int:
        return sum(int(getattr(outcome.found, name)) for outcome in outcomes)

    return (
        f"killed -9: {kills.total()} ({by_process}); "
        f"events acknowledged {total('acknowledged'):,}, counted once {total('once'):,}, doubled {total('twice')}, "
        f"lost {total('lost')}; joined by events {total('joined'):,}, merged by hand {total('merges')}, "
        f"taken back {total('parted')}, merged twice {total('merged_twice')}; consents {total('consents'):,}, "
        f"withdrawals {total('withdrawals'):,}; erased {total('erased')}; events delivered {total('delivered'):,} "
        f"in {total('deliveries'):,} posts; chains intact {total('chain_intact')} of {len(outcomes)}; "
        f"faults {sum(len(outcome.faults) for outcome in outcomes)}"
    )
