"""A pump of events whose disk takes only files up to so many bytes: what is larger cannot be written to the lake."""

import os
import resource
import signal
import sys

from siyu.entrypoints.app import opened
from siyu.intake.actions.events_pump import pump_events
from siyu.kernel.settings import Settings
from tests.intake.importing import NOW


def main(file_bytes_max: int) -> None:
    with opened(Settings.from_environment(os.environ)) as app:
        app.lake.cursor().close()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max, resource.RLIM_INFINITY))
        while pump_events(app, now=NOW):
            pass


if __name__ == "__main__":
    main(int(sys.argv[1]))
