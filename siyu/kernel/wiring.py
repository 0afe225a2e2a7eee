"""The registry pattern: a lower module names a protocol, higher ones implement it, entrypoints wires them."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Wiring:
    """What the program's modules offer one another, fixed at start.

    >>> class Greeter: ...
    >>> hello = Greeter()
    >>> Wiring({Greeter: [hello]}).of(Greeter) == (hello,)
    True
    >>> Wiring({}).of(Greeter)
    ()
    """

    def __init__(self, offers: Mapping[type[Any], Iterable[Any]]) -> None:
        self._offers = {protocol: tuple(offered) for protocol, offered in offers.items()}

    def of(self, protocol: type[T]) -> tuple[T, ...]:
        """All that was offered for a protocol, in the order of wiring; empty if nobody offered."""
        return cast("tuple[T, ...]", self._offers.get(protocol, ()))
