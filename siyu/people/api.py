"""The door of people."""

from siyu.people.actions.analyze import analyze_people
from siyu.people.actions.claims import resolve_claims
from siyu.people.actions.consents import withdraw_consent
from siyu.people.actions.merge import merge_customers, preview_merge, preview_retraction, retract_edge
from siyu.people.actions.namespaces import change_namespace
from siyu.people.actions.resolve import resolve_customers
from siyu.people.actions.review import accept_review, dismiss_review
from siyu.people.actions.save import save_customers
from siyu.people.actions.suppress import suppress
from siyu.people.actions.undo import forget_import
from siyu.people.queries.customers import (
    addresses_of,
    consents_of,
    count_added,
    customers_seen,
    find_customers,
    known_customer_chunks,
    known_customers,
    known_customers_mark,
    names_of,
    profiles_of,
    reach_by,
    require_customer,
    touched_by,
)
from siyu.people.rules.identities import mask, mask_name, normal_phone, normal_value, value_index

__all__ = [
    "accept_review",
    "addresses_of",
    "analyze_people",
    "change_namespace",
    "consents_of",
    "count_added",
    "customers_seen",
    "dismiss_review",
    "find_customers",
    "forget_import",
    "known_customer_chunks",
    "known_customers",
    "known_customers_mark",
    "mask",
    "mask_name",
    "merge_customers",
    "names_of",
    "normal_phone",
    "normal_value",
    "preview_merge",
    "preview_retraction",
    "profiles_of",
    "reach_by",
    "require_customer",
    "resolve_claims",
    "resolve_customers",
    "retract_edge",
    "save_customers",
    "suppress",
    "touched_by",
    "value_index",
    "withdraw_consent",
]
