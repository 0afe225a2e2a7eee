"""`siyu user …` and `siyu brand …` as somebody at a terminal uses them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from siyu.kernel.app import App
from siyu.kernel.errors import NotFound
from siyu.kernel.lake_migrations import lake_version
from siyu.organisation.commands import brand_commands, user_commands
from siyu.organisation.errors import BrandCodeTaken
from tests.organisation.makers import make_session


class Terminal:
    def __init__(self, app: App, brand_code: str | None) -> None:
        self._app, self.settings, self.brand_code = app, app.settings, brand_code

    @contextmanager
    def app(self) -> Iterator[App]:
        yield self._app


def run(app: App, commands, *words: str, brand: str | None = None):
    answer = CliRunner().invoke(commands, words, obj=Terminal(app, brand), catch_exceptions=False)
    return json.loads(answer.stdout) if answer.exit_code == 0 else answer


def test_a_brand_and_its_owner_are_made_at_the_terminal(app: App) -> None:
    made = run(
        app, brand_commands, "add", "by-hand", "手工茶", "--time-zone", "Europe/London", "--currency", "GBP"
    )
    assert lake_version(app.lake, brand_id=made["brand_id"]) >= 0
    listed = [brand for brand in run(app, brand_commands, "list") if brand["code"] == "by-hand"]
    assert [(one["name"], one["time_zone"], one["currency"]) for one in listed] == [
        ("手工茶", "Europe/London", "GBP")
    ]
    added = run(
        app, user_commands, "add", "Boss@by-hand", "--role", "owner", "--role", "analyst", brand="by-hand"
    )
    first = make_session(app, "boss@by-hand", password=added["one_time_password"])
    assert first.session.user.roles == ("owner", "analyst")
    assert first.session.user.must_change_password
    reset = run(app, user_commands, "reset", "BOSS@by-hand", brand="by-hand")
    assert reset["one_time_password"] != added["one_time_password"]
    make_session(app, "boss@by-hand", password=reset["one_time_password"])


def test_mistakes_at_the_terminal_are_refused(app: App) -> None:
    run(app, brand_commands, "add", "mistaken", "x")
    with pytest.raises(BrandCodeTaken):
        run(app, brand_commands, "add", "mistaken", "x")
    with pytest.raises(NotFound):
        run(app, user_commands, "reset", "nobody-here", brand="mistaken")
    assert run(app, user_commands, "add", "someone", "--role", "boss", brand="mistaken").exit_code == 2
