"""The door of people."""

from siyu.people.actions.analyze import analyze_people
from siyu.people.actions.consents import withdraw_consent
from siyu.people.actions.resolve import resolve_customers
from siyu.people.actions.save import save_customers
from siyu.people.actions.suppress import suppress
from siyu.people.actions.undo import forget_import
from siyu.people.queries import (
    addresses_of,
    consents_of,
    count_added,
    find_customers,
    known_customers,
    known_customers_mark,
    names_of,
    profiles_of,
    reach_by,
    touched_by,
)
from siyu.people.rules import mask, normal_phone, value_index

__all__ = [
    "addresses_of",
    "analyze_people",
    "consents_of",
    "count_added",
    "find_customers",
    "forget_import",
    "known_customers",
    "known_customers_mark",
    "mask",
    "names_of",
    "normal_phone",
    "profiles_of",
    "reach_by",
    "resolve_customers",
    "save_customers",
    "suppress",
    "touched_by",
    "value_index",
    "withdraw_consent",
]
