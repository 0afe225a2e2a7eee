"""What the tests of intake share beside the application: programs that are killed at their work."""

from collections.abc import Iterator

import pytest

from siyu.kernel.app import App
from tests.intake.killing import Programs, programs


@pytest.fixture(scope="module", name="programs")
def _programs(app: App) -> Iterator[Programs]:
    """Programs of the module's application."""
    with programs(app) as found:
        yield found
