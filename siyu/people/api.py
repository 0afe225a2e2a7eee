"""The door of people."""

from siyu.people.actions import forget_import, resolve_customers, save_customers, suppress, value_index
from siyu.people.queries import (
    addresses_of,
    consents_of,
    find_customers,
    joined_between,
    known_customers,
    names_of,
    profiles_of,
    reach_by,
)

__all__ = [
    "addresses_of",
    "consents_of",
    "find_customers",
    "forget_import",
    "joined_between",
    "known_customers",
    "names_of",
    "profiles_of",
    "reach_by",
    "resolve_customers",
    "save_customers",
    "suppress",
    "value_index",
]
