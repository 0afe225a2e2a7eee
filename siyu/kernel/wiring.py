"""The registry pattern: a lower module names a protocol, higher ones implement it, entrypoints wires them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Later:
    """Something of a module, named now and imported when it is first asked for: a process loads only what it uses.

    `place` is module:name. Only entrypoints may name things so: import-linter does not see it.

    >>> Later("decimal:Decimal").found().__name__
    'Decimal'
    """

    place: str

    def found(self) -> Any:
        """The thing itself; its module is imported now, unless it was before."""
        module, _, name = self.place.partition(":")
        return getattr(import_module(module), name)


class Wiring:
    """What the program's modules offer one another, fixed at start.

    An offer may come later: it stands for the offers it names, which are imported when the protocol is asked for.

    >>> class Greeter: ...
    >>> hello = Greeter()
    >>> Wiring({Greeter: [hello]}).of(Greeter) == (hello,)
    True
    >>> Wiring({str: ["A", Later("string:digits")]}).of(str)[:3]
    ('A', '0', '1')
    >>> Wiring({}).of(Greeter)
    ()
    """

    def __init__(self, offers: Mapping[type[Any], Iterable[Any]]) -> None:
        self._offers = {protocol: tuple(offered) for protocol, offered in offers.items()}

    def of(self, protocol: type[T]) -> tuple[T, ...]:
        """All that was offered for a protocol, in the order of wiring; empty if nobody offered."""
        offers = (
            offer.found() if isinstance(offer, Later) else (offer,)
            for offer in self._offers.get(protocol, ())
        )
        return cast("tuple[T, ...]", tuple(chain.from_iterable(offers)))
