"""A channel that is ready, and segments that tests of campaigns choose from."""

import itertools
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.outreach.api import update_channel
from siyu.segments.api import create_segment
from tests.campaigns.makers import AUTHOR, LAUNCH

_numbers = itertools.count(1)


@pytest.fixture
def segment_of(app: App) -> Callable[..., int]:
    """Makes a segment of everybody with at least so many orders, in a brand whose channel is ready."""

    def make(session: Session, *, orders_min: int = 0) -> int:
        update_channel(
            session, cipher=app.cipher, base_url="http://127.0.0.1:9", key="secret", signature="思屿", enabled=True,
            actor=AUTHOR, now=LAUNCH,
        )  # fmt: skip
        made = create_segment(
            session, name=f"segment {next(_numbers)}", description="", sources=(), actor=AUTHOR, now=LAUNCH,
            definition={"trait": "orders", "op": ">=", "value": orders_min},
        )  # fmt: skip
        return made.segment_id

    return make
