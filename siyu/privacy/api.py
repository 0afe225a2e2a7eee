"""The door of privacy."""

from siyu.privacy.actions.keeping import KeptFiles, KeptRows
from siyu.privacy.actions.requests import approve_request, ask_for, refuse_request, resume_request
from siyu.privacy.queries.requests import proof_of, request_info, requests_page
from siyu.privacy.rules.searching import mentions, needles_of

__all__ = [
    "KeptFiles",
    "KeptRows",
    "approve_request",
    "ask_for",
    "mentions",
    "needles_of",
    "proof_of",
    "refuse_request",
    "request_info",
    "requests_page",
    "resume_request",
]
