"""All that waits on its way to the lake: facts of modules and events of programs, and old ids to be moved."""

from datetime import datetime

from siyu.intake.actions.events_pump import pump_events
from siyu.intake.actions.pump import pump as pump_facts
from siyu.kernel.app import App
from siyu.kernel.logs import logger

log = logger(__name__)


def pump(app: App, *, now: datetime) -> int:
    """The oldest waiting facts and the oldest waiting events are in the lake; neither waits for the other.

    returns  how many of both were carried; 0 if nothing waits
    raises   what kept one of them from being carried, if nothing was; else that is only logged
    """
    carried, failure = 0, None
    for carry in (pump_facts, pump_events):
        try:
            carried += carry(app, now=now)
        except Exception as why:  # the other inbox is not to blame
            log.warning("an inbox was not carried", inbox=carry.__name__, exc_info=why)
            failure = failure or why
    if failure is not None and not carried:
        raise failure
    return carried
