"""The door of segments."""

from siyu.segments.actions.definitions import archive_segment, create_segment, edit_segment
from siyu.segments.queries import (
    audience_table,
    count,
    definition_of,
    explain,
    member_ids,
    member_traits,
    members,
    preview,
    read_definition,
    segment_info,
    segment_list,
    traits_asked,
)

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
