"""The door of people."""

from siyu.people.actions.agreeing import agree, refuse
from siyu.people.actions.analyze import analyze_people
from siyu.people.actions.asking import answer_requests, forget_requests, note_requests, refuse_request
from siyu.people.actions.by_hand import Written, edit_customer, revision_of
from siyu.people.actions.claims import resolve_claims
from siyu.people.actions.consents import forget_evidence, withdraw_consent
from siyu.people.actions.erase import erase_person, hold_people
from siyu.people.actions.fields import define_field
from siyu.people.actions.limits import change_limit
from siyu.people.actions.listed import find_listed
from siyu.people.actions.load import load_customers, may_load
from siyu.people.actions.merge import merge_customers, preview_merge, preview_retraction, retract_edge
from siyu.people.actions.namespaces import change_namespace
from siyu.people.actions.proof import new_mark, proof_tools
from siyu.people.actions.reindex import bring_up
from siyu.people.actions.resolve import resolve_customers
from siyu.people.actions.review import accept_review, dismiss_review
from siyu.people.actions.save import save_customers
from siyu.people.actions.suppress import suppress
from siyu.people.actions.suppress_file import suppress_file
from siyu.people.actions.tag_groups import add_tag, add_tag_group
from siyu.people.actions.tag_runs import open_run, run_tagging
from siyu.people.actions.tagging import ByWhom, tag_customers
from siyu.people.actions.texts import add_consent_text, file_text
from siyu.people.actions.undo import forget_import
from siyu.people.queries.asking import askable_by, request_counts
from siyu.people.queries.consents import consents_of, may_be_shared, profiling_refused_by
from siyu.people.queries.customers import (
    addresses_of,
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
from siyu.people.queries.demographics import demographic_chunks
from siyu.people.queries.fields import field_chunks, plain_fields
from siyu.people.queries.keyed import found_by_index_alone, unreadable_identities
from siyu.people.queries.ledger import brands_to_seal
from siyu.people.queries.persons import aliases, persons_of
from siyu.people.queries.proving import Prover, allowing_entries
from siyu.people.queries.tags import open_tags, tag_info, wearer_chunks
from siyu.people.queries.texts import consent_texts
from siyu.people.queries.whole import erased_since, person_counts, person_record, whole_person
from siyu.people.rules.address_file import read_addresses
from siyu.people.rules.asking import AnsweredRequest, ConsentAnswer, ConsentAsk, RequestCounts
from siyu.people.rules.fields import Choice, FieldDefinition, FieldKind
from siyu.people.rules.identities import mask, mask_name, normal_phone, normal_value, value_index
from siyu.people.rules.proof_page import proof_page, recipients_page

__all__ = [
    "AnsweredRequest",
    "ByWhom",
    "Choice",
    "ConsentAnswer",
    "ConsentAsk",
    "FieldDefinition",
    "FieldKind",
    "Prover",
    "RequestCounts",
    "Written",
    "accept_review",
    "add_consent_text",
    "add_tag",
    "add_tag_group",
    "addresses_of",
    "agree",
    "aliases",
    "allowing_entries",
    "analyze_people",
    "answer_requests",
    "askable_by",
    "brands_to_seal",
    "bring_up",
    "change_limit",
    "change_namespace",
    "consent_texts",
    "consents_of",
    "count_added",
    "customers_seen",
    "define_field",
    "demographic_chunks",
    "dismiss_review",
    "edit_customer",
    "erase_person",
    "erased_since",
    "field_chunks",
    "file_text",
    "find_customers",
    "find_listed",
    "forget_evidence",
    "forget_import",
    "forget_requests",
    "found_by_index_alone",
    "hold_people",
    "known_customer_chunks",
    "known_customers",
    "known_customers_mark",
    "load_customers",
    "mask",
    "mask_name",
    "may_be_shared",
    "may_load",
    "merge_customers",
    "names_of",
    "new_mark",
    "normal_phone",
    "normal_value",
    "note_requests",
    "open_run",
    "open_tags",
    "person_counts",
    "person_record",
    "persons_of",
    "plain_fields",
    "preview_merge",
    "preview_retraction",
    "profiles_of",
    "profiling_refused_by",
    "proof_page",
    "proof_tools",
    "reach_by",
    "read_addresses",
    "recipients_page",
    "refuse",
    "refuse_request",
    "request_counts",
    "require_customer",
    "resolve_claims",
    "resolve_customers",
    "retract_edge",
    "revision_of",
    "run_tagging",
    "save_customers",
    "suppress",
    "suppress_file",
    "tag_customers",
    "tag_info",
    "touched_by",
    "unreadable_identities",
    "value_index",
    "wearer_chunks",
    "whole_person",
    "withdraw_consent",
]
