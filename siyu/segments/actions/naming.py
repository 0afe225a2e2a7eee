"""Which segments name a trait: asked by insight before it archives or changes one."""

from collections.abc import Iterator
from typing import Any

from siyu.insight.api import names_in
from siyu.insight.contracts import TraitUse, TraitUser
from siyu.segments.queries.stored import segment_list


class SegmentsNaming:
    """The segments of a brand as users of traits."""

    def uses(self, session: Any) -> Iterator[TraitUse]:
        """Every segment that is not archived, with the traits its definition names."""
        for info in segment_list(session):
            yield TraitUse("segment", str(info.segment_id), info.name, names_in(info.definition))


TRAIT_USERS: tuple[TraitUser, ...] = (SegmentsNaming(),)
