"""The door of outreach."""

from siyu.outreach.actions.callbacks import take_callback
from siyu.outreach.actions.channel import update_channel
from siyu.outreach.actions.plan import check_template, plan_messages, stop_messages
from siyu.outreach.actions.sending import send_due
from siyu.outreach.actions.tally import fold_tallies
from siyu.outreach.actions.testing import send_test
from siyu.outreach.actions.wake import wake_stuck
from siyu.outreach.queries.channel import channel_settings, check_ready, price_of
from siyu.outreach.queries.messages import (
    accepted_out_ids,
    message_funnel,
    messages_of_customer,
    sent_messages,
    still_open,
    stuck_messages,
)
from siyu.outreach.queries.texts import preview
from siyu.outreach.rules.authenticity import seal_of
from siyu.outreach.rules.cost import cost_fen, segments_of
from siyu.outreach.rules.lint import Finding, Severity, lint_template
from siyu.outreach.rules.values import all_variables, known_variables

__all__ = [
    "Finding",
    "Severity",
    "accepted_out_ids",
    "all_variables",
    "channel_settings",
    "check_ready",
    "check_template",
    "cost_fen",
    "fold_tallies",
    "known_variables",
    "lint_template",
    "message_funnel",
    "messages_of_customer",
    "plan_messages",
    "preview",
    "price_of",
    "seal_of",
    "segments_of",
    "send_due",
    "send_test",
    "sent_messages",
    "still_open",
    "stop_messages",
    "stuck_messages",
    "take_callback",
    "update_channel",
    "wake_stuck",
]
