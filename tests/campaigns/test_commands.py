"""`siyu campaign`: the same figures in a terminal and as JSON."""

import json
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from siyu.campaigns.api import launch_campaign
from siyu.campaigns.commands import app as commands
from siyu.organisation.api import brand_info
from tests.campaigns.makers import LAUNCH, Person, buys, make_campaign, make_people


@pytest.fixture
def terminal(app, brand_id):
    """What commands are handed, in the test's brand."""

    @contextmanager
    def opened():
        yield app

    with app.db.transaction(brand_id=brand_id) as session:
        code = brand_info(session, brand_id=brand_id).code
    return SimpleNamespace(app=opened, brand_code=code, settings=app.settings)


@pytest.fixture
def campaign_id(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        ids = make_people(app, session, [*[Person()] * 12, Person(consent=False)])
        made = make_campaign(session, segment_id=segment_of(session), holdout_basis_points=5_000)
    launch_campaign(app, brand_id=brand_id, campaign_id=made.campaign_id, now=LAUNCH)
    buys(app, brand_id, *[(who, LAUNCH + timedelta(days=1), 5_000) for who in ids[:6]])
    return made.campaign_id


def run(terminal, *arguments):
    answer = CliRunner().invoke(commands, arguments, obj=terminal, catch_exceptions=False)
    assert answer.exit_code == 0
    return answer.stdout


def test_json_holds_the_figures_and_nothing_else(terminal, campaign_id):
    listed = json.loads(run(terminal, "list", "--json"))
    found = json.loads(run(terminal, "results", str(campaign_id), "--as-of", "2026-12-25", "--json"))

    assert [one["campaign_id"] for one in listed] == [campaign_id]
    assert (found["headcount"]["audience"], found["final"]) == (13, True)
    assert found["headcount"]["exclusions"] == [{"reason": "consent_missing", "customers": 1}]


def test_a_person_reads_the_return_with_its_interval(terminal, campaign_id):
    said = run(terminal, "results", str(campaign_id), "--as-of", "2026-12-25")

    assert "Incremental return" in said
    assert "excluded: consent_missing" in said
    assert "Sample ratio: passed" in said
