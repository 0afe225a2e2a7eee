"""The door of segments."""

from siyu.segments.actions.definitions import archive_segment, create_segment, edit_segment
from siyu.segments.queries.members import (
    audience_table,
    count,
    explain,
    member_ids,
    member_traits,
    members,
    preview,
    traits_asked,
)
from siyu.segments.queries.question import read_definition
from siyu.segments.queries.stored import definition_of, segment_info, segment_list

__all__ = [
    "archive_segment",
    "audience_table",
    "count",
    "create_segment",
    "definition_of",
    "edit_segment",
    "explain",
    "member_ids",
    "member_traits",
    "members",
    "preview",
    "read_definition",
    "segment_info",
    "segment_list",
    "traits_asked",
]
