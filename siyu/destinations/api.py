"""The door of destinations."""

from siyu.destinations.actions.exports import START_JOB, brands_with_exports_due
from siyu.destinations.actions.waking import DELIVERIES_QUEUE, stuck_destinations, wake_stuck

__all__ = [
    "DELIVERIES_QUEUE",
    "START_JOB",
    "brands_with_exports_due",
    "stuck_destinations",
    "wake_stuck",
]
