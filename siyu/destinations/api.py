"""The door of destinations."""

from siyu.destinations.actions.waking import DELIVERIES_QUEUE, stuck_destinations, wake_stuck

__all__ = ["DELIVERIES_QUEUE", "stuck_destinations", "wake_stuck"]
