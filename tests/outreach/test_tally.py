"""How messages stand is counted as they move, folded without loss, and what is stuck can be woken."""

from contextlib import nullcontext
from itertools import count as counting

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from typer.testing import CliRunner

from siyu.kernel.audit import SYSTEM
from siyu.outreach.actions import plan as planning
from siyu.outreach.actions.tally import fold_tallies
from siyu.outreach.api import message_funnel, still_open, stop_messages, stuck_messages, wake_stuck
from siyu.outreach.commands import app as message_commands
from siyu.outreach.contracts import OPEN_STATES, MessageState, SuppressionReason
from tests.outreach.makers import NOON, facts_of, funnel, make_customers, plan, value_of

_campaigns = counting(1_000)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 11),  # the first message that moves
        st.integers(1, 6),  # how many
        st.sampled_from(list(MessageState)),
        st.sampled_from(list(SuppressionReason)),  # others than suppressed ones have reasons too
        st.integers(0, 3),  # segments
        st.booleans(),  # opted out
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, folds=st.sets(st.integers(0, 8)))
def test_the_counted_funnel_is_the_count_of_the_messages_whatever_moves(ready, brand_id, steps, folds):
    if not value_of(ready, brand_id, "SELECT count(*) FROM customer"):
        make_customers(ready, brand_id, 12)
    campaign_id = next(_campaigns)
    plan(ready, brand_id, campaign_id=campaign_id)
    for number, (first, many, state, reason, segments, opted_out) in enumerate(steps):
        with ready.db.transaction(brand_id=brand_id) as session:
            session.execute(
                text("""
                    UPDATE message SET state = :state, reason = :reason, segments = :segments,
                        cost_centifen = 450 * :segments,
                        opted_out_at = CASE WHEN :out THEN CAST(:now AS timestamptz) END,
                        next_attempt_at = CASE WHEN :open THEN CAST(:now AS timestamptz) END
                    WHERE message_id IN (SELECT message_id FROM message WHERE campaign_id = :c ORDER BY message_id
                                         OFFSET :first LIMIT :many)"""),
                {
                    "state": state.value, "reason": reason.value, "segments": segments,
                    "out": opted_out, "open": state in OPEN_STATES, "now": NOON, "c": campaign_id,
                    "first": first, "many": many,
                },
            )  # fmt: skip
            if number in folds:
                fold_tallies(session, rows_left_alone=0)
        found = funnel(ready, brand_id, campaign_id)  # compares both
        with ready.db.transaction(brand_id=brand_id) as session:
            left = still_open(session, campaign_ids=[campaign_id, 1])
        assert (campaign_id in left) == (found.get("open", 0) > 0)
        assert 1 not in left


def test_folding_leaves_one_row_a_state_and_every_sum(ready, brand_id):
    make_customers(ready, brand_id, 3)
    plan(ready, brand_id)
    for cents in (1, 2, 3):
        with ready.db.transaction(brand_id=brand_id) as session:
            session.execute(text("UPDATE message SET cost_centifen = :cents"), {"cents": cents})
    before = funnel(ready, brand_id)
    assert value_of(ready, brand_id, "SELECT count(*) FROM message_tally") == 4
    for _ in range(2):
        with ready.db.transaction(brand_id=brand_id) as session:
            fold_tallies(session, rows_left_alone=0)
    assert value_of(ready, brand_id, "SELECT count(*) FROM message_tally") == 1
    assert funnel(ready, brand_id) == before
    with ready.db.transaction(brand_id=brand_id) as session:
        assert message_funnel(session, campaign_id=99)["total"] == 0


def test_a_large_campaign_is_stopped_a_chunk_at_a_time(ready, brand_id, monkeypatch):
    monkeypatch.setattr(planning, "STOPPED_A_CHUNK", 2)
    make_customers(ready, brand_id, 5)
    plan(ready, brand_id)
    with ready.db.transaction(brand_id=brand_id) as session:
        assert stop_messages(session, campaign_id=1, now=NOON) == 5
    assert funnel(ready, brand_id) == {"stopped": 5, "total": 5}
    assert sum(facts_of(ready, brand_id).values()) == 5


def test_messages_that_no_job_waits_for_are_woken(ready, brand_id):
    make_customers(ready, brand_id, 3)
    plan(ready, brand_id)
    with ready.db.transaction(brand_id=brand_id) as session:
        assert wake_stuck(session, actor=SYSTEM, now=NOON) == 0  # a job waits
    with ready.db.engine.begin() as connection:
        connection.execute(
            text("DELETE FROM procrastinate_jobs WHERE args ->> 'brand_id' = :b"), {"b": str(brand_id)}
        )
    code = value_of(ready, brand_id, f"SELECT code FROM brand WHERE brand_id = {brand_id}")

    class Line:
        """A person at a terminal."""

        brand_code = code

        def app(self):
            return nullcontext(ready)

    answer = CliRunner().invoke(message_commands, ["wake"], obj=Line(), catch_exceptions=False)
    assert answer.stdout == f"{code}: 3 messages woken\n"
    with ready.db.transaction(brand_id=brand_id) as session:
        assert stuck_messages(session) == 0
        assert wake_stuck(session, actor=SYSTEM, now=NOON) == 0
    assert value_of(ready, brand_id, "SELECT count(*) FROM audit_entry WHERE action = 'messages.woken'") == 1
