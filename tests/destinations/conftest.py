"""A receiver for each test, and the application of an operator who lets it stand beside us."""

from collections.abc import Iterator

import pytest

from siyu.kernel.app import App
from tests.destinations.makers import opened_inside
from tests.destinations.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def inside(app: App) -> App:
    return opened_inside(app)
