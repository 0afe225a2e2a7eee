"""OneID link by link and from scratch each time: slow, obvious, and what the set-based one must equal."""

from dataclasses import dataclass, field
from hashlib import sha256

from siyu.people.contracts import IdentityClaim
from siyu.people.rules.namespaces import policy_of

Value = tuple[str, str]
NEIGHBOURS = 5


@dataclass(frozen=True)
class Link:
    """One link of the ledger."""

    ends: frozenset[Value]
    source: str
    event_id: str
    authenticated: bool
    said_at: object
    staff: bool = False


@dataclass
class Naive:
    """Everything said so far. `key` orders values as the blind index does."""

    key: dict[Value, bytes]
    identities_max: int = 50
    values: list[Value] = field(default_factory=list)
    links: dict[tuple[object, ...], Link] = field(default_factory=dict)
    retracted: set[tuple[object, ...]] = field(default_factory=set)
    roots: list[Value] = field(default_factory=list)

    def rank(self, value: Value) -> int:
        policy = policy_of(value[0])
        return 2 if not policy.strong else 0 if policy.one_per_customer else 1

    def hear(self, claims: list[IdentityClaim]) -> None:
        """A batch of claims."""
        for claim in claims:
            for value in claim.identities:
                if value not in self.values:
                    self.values.append(value)
            centre = min(claim.identities, key=lambda value: (self.rank(value), value))
            for other in claim.identities:
                if other != centre:
                    ends = frozenset({centre, other})
                    name = (ends, claim.source, claim.event_id)
                    link = Link(ends, claim.source, claim.event_id, claim.authenticated, claim.said_at)
                    if not self.said_before(link):
                        self.links.setdefault(name, link)
        self.found()

    def said_before(self, link: Link) -> bool:
        """The source said no less of these two no later; whether it was taken back since does not matter."""
        return any(
            (one.ends, one.source, one.authenticated) == (link.ends, link.source, link.authenticated)
            and one.said_at <= link.said_at  # type: ignore[operator]
            for one in self.links.values()
        )

    def retract(self, name: tuple[object, ...]) -> None:
        self.retracted.add(name)
        self.found()

    def limit(self, identities_max: int) -> None:
        self.identities_max = identities_max
        self.found()

    def found(self) -> None:
        """Groups without a customer get one."""
        for group in self.groups():
            if not any(root in group for root in self.roots):
                first = min(group, key=lambda value: (self.rank(value), self.values.index(value)))
                self.new_roots.append(first)
        self.new_roots.sort(key=lambda value: (self.rank(value), self.values.index(value)))
        self.roots += self.new_roots
        self.new_roots.clear()

    new_roots: list[Value] = field(default_factory=list)

    def standing(self) -> list[Link]:
        return [link for name, link in self.links.items() if name not in self.retracted]

    def crowded(self) -> set[Value]:
        """Values that too many people use."""
        found = set()
        for value in self.values:
            mine = policy_of(value[0])
            people = set()
            for link in self.standing():
                if value in link.ends and (link.authenticated or not mine.strong):
                    (other,) = link.ends - {value}
                    theirs = policy_of(other[0])
                    if theirs.strong and theirs.one_per_customer:
                        people.add(other)
            if mine.shareable and len(people) > NEIGHBOURS:
                found.add(value)
        return found

    def walk(self) -> tuple[list[set[Value]], dict[frozenset[Value], str]]:
        """The groups, and the refused pairs with the first reason."""
        groups = [{value} for value in self.values]
        refused: dict[frozenset[Value], str] = {}
        crowded = self.crowded()

        def place(link: Link) -> tuple[object, ...]:
            strong = all(policy_of(value[0]).strong for value in link.ends)
            both = b"".join(sorted(self.key[value] for value in link.ends))
            return (
                not link.staff,
                not link.authenticated,
                not strong,
                link.said_at,
                sha256(both).digest()[:5],
            )

        for link in sorted(self.standing(), key=place):
            one, other = (next(group for group in groups if value in group) for value in link.ends)
            if one is other:
                continue
            reason = None if link.staff else self.objection(link, one, other, crowded)
            if reason:
                refused.setdefault(link.ends, reason)
            else:
                groups.remove(other)
                one |= other
        return groups, {ends: why for ends, why in refused.items() if why != "quarantined"}

    def objection(self, link: Link, one: set[Value], other: set[Value], crowded: set[Value]) -> str | None:
        if link.ends & crowded:
            return "quarantined"
        if not link.authenticated and all(
            any(policy_of(value[0]).strong for value in side) for side in (one, other)
        ):
            return "unauthenticated"
        singles = [
            {value[0] for value in side if policy_of(value[0]).one_per_customer} for side in (one, other)
        ]
        if singles[0] & singles[1]:
            return "unique_conflict"
        return "too_many" if len(one) + len(other) > self.identities_max else None

    def groups(self) -> list[set[Value]]:
        return self.walk()[0]

    def current(self) -> dict[Value, Value]:
        """Each value → the root of its customer: of all rooted in the group, the one founded first."""
        found = {}
        for group in self.groups():
            head = next(root for root in self.roots if root in group)
            found |= dict.fromkeys(group, head)
        return found

    def reviews(self) -> set[tuple[frozenset[Value], str]]:
        """What waits for a person."""
        pairs = {(ends, why) for ends, why in self.walk()[1].items()}
        return pairs | {(frozenset({value}), "quarantined") for value in self.crowded()}
