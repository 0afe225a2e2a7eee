"""What the pure decisions of campaigns promise."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.campaigns.contracts import CampaignState, Exclusion, FunnelStep, Headcount, RecipientState
from siyu.campaigns.errors import CampaignInOtherState, PersonNeeded, SecondPersonNeeded
from siyu.campaigns.rules import flow, worth
from siyu.campaigns.rules.deciding import arm_weights, decide, holdout_below

REACHABLE = {
    "in_excluded_segment": False,
    "known": True,
    "suppressed": None,
    "consented": True,
    "has_address": True,
    "salt": "spring",
    "holdout_basis_points": 1_000,
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        # Everything is against this customer: the exclusion the operator asked for comes first.
        (
            {
                "in_excluded_segment": True,
                "suppressed": "complaint",
                "consented": False,
                "has_address": False,
            },
            Exclusion.EXCLUDED_SEGMENT,
        ),
        # Nobody knows the customer that the facts speak of, for instance after an undone import.
        ({"known": False, "consented": False, "has_address": False}, Exclusion.UNKNOWN_CUSTOMER),
        # A complaint outranks missing consent.
        ({"suppressed": "complaint", "consented": False}, Exclusion.COMPLAINT),
        # An opt-out counts although consent was once given.
        ({"suppressed": "opt_out"}, Exclusion.OPT_OUT),
        # An address that does not exist is told as such, not as a missing one.
        ({"suppressed": "invalid_address"}, Exclusion.INVALID_ADDRESS),
        # Without consent it does not matter whether there is an address.
        ({"consented": False, "has_address": False}, Exclusion.CONSENT_MISSING),
        # Who refused profiling takes no part where a segment chooses by it, reachable or not.
        ({"profiling_refused": True, "has_address": False}, Exclusion.PROFILING_REFUSED),
        ({"profiling_refused": True, "consented": False}, Exclusion.CONSENT_MISSING),
        # A request for consent is for who said nothing, once; a word outranks having been asked.
        ({"asks": True, "said": True, "asked": True}, Exclusion.ALREADY_SAID),
        ({"asks": True, "consented": False, "asked": True}, Exclusion.ALREADY_ASKED),
        ({"asks": True, "consented": False, "suppressed": "opt_out", "asked": True}, Exclusion.OPT_OUT),
        ({"asks": True, "consented": False, "has_address": False}, Exclusion.UNREACHABLE),
        # Consent without an address reaches nobody.
        ({"has_address": False}, Exclusion.UNREACHABLE),
    ],
)
def test_the_strongest_reason_keeps_a_customer_out(changes, reason):
    decision = decide(42, **REACHABLE | changes)

    assert decision.state is RecipientState.EXCLUDED
    assert decision.reason is reason
    assert decision.arm is None


@given(st.integers(1, 2**63 - 1), st.text(max_size=20), st.integers(0, 9_000))
def test_chance_says_the_same_at_every_launch_and_never_comes_before_eligibility(customer_id, salt, share):
    who = REACHABLE | {"salt": salt, "holdout_basis_points": share}

    assert decide(customer_id, **who) == decide(customer_id, **who)
    assert decide(customer_id, **who | {"consented": False}).state is RecipientState.EXCLUDED


@given(st.integers(1, 2**63 - 1), st.integers(0, 9_000), st.integers(0, 9_000))
def test_a_larger_holdout_keeps_everybody_of_the_smaller_one(customer_id, one, other):
    small, large = sorted((one, other))
    if decide(customer_id, **REACHABLE | {"holdout_basis_points": small}).state is RecipientState.HOLDOUT:
        assert (
            decide(customer_id, **REACHABLE | {"holdout_basis_points": large}).state is RecipientState.HOLDOUT
        )


def test_without_a_holdout_nobody_is_held_out():
    assert holdout_below(0) == 0.0
    assert arm_weights(0) == {"holdout": 0, "treated": 10_000}


def test_what_is_over_moves_nowhere_and_nothing_is_sent_that_was_not_scheduled():
    assert not any(flow.ALLOWED[state] for state in (CampaignState.SENT, CampaignState.STOPPED))
    into_sending = {state for state in CampaignState if flow.may_move(state, CampaignState.SENDING)}
    assert into_sending == {CampaignState.SCHEDULED}


@pytest.mark.parametrize("state", [state for state in CampaignState if state not in flow.EDITABLE])
def test_only_a_draft_or_a_failed_campaign_can_be_edited(state):
    with pytest.raises(CampaignInOtherState) as refused:
        flow.check_state(state, wanted=flow.EDITABLE, verb="edit")

    assert "to edit it must be a draft or failed" in refused.value.message
    assert "“草稿”或“启动失败”时才能编辑" in refused.value.said_in("zh")
    assert state.value not in refused.value.said_in("zh")  # people read words, not codes


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("user:1", SecondPersonNeeded),  # wrote it
        ("user:2", SecondPersonNeeded),  # submitted it
        ("api_key:9", PersonNeeded),  # a program is nobody
        ("cli:0", PersonNeeded),
    ],
)
def test_a_second_person_approves(key, error):
    authors = frozenset({"user:1", "user:2"})
    with pytest.raises(error):
        flow.check_approver(key, authors=authors, needs_approval=True)

    flow.check_approver(key, authors=authors, needs_approval=False)
    flow.check_approver("user:3", authors=authors, needs_approval=True)


def outcomes(*, treated, sales):
    amounts = np.array(sales, float)
    arm = np.array(treated, bool)
    return worth.Outcomes(arm, amounts, amounts > 0, arm)


def test_one_wholesale_order_is_lowered_to_what_others_buy():
    found = worth.lowered(outcomes(treated=[True, False] * 100, sales=[*[100.0] * 199, 1_000_000.0]))

    assert found is not None
    lowered, cap, changed = found
    assert (cap, changed, lowered.sales_fen.max()) == (100.0, 1, 100.0)


def test_winsorising_that_would_cut_every_sale_is_not_shown():
    assert worth.lowered(outcomes(treated=[True] * 200, sales=[*[0.0] * 199, 500.0])) is None
    assert worth.lowered(outcomes(treated=[], sales=[])) is None


def test_without_two_customers_held_out_there_is_no_incremental_return():
    few = outcomes(treated=[True, True, False], sales=[10.0, 20.0, 5.0])
    metric = worth.metric_of("sales_fen", few, few.sales_fen, binary=False)
    returned = worth.return_of(few, worth.Costing(cost_fen=10, margin_basis_points=5_000))

    assert metric.effect is None
    assert returned.incremental is None
    assert returned.touched == pytest.approx(0.5)  # (30 × 50% − 10) ÷ 10


def test_empty_arms_have_no_error_and_no_effect():
    nobody = outcomes(treated=[], sales=[])
    metric = worth.metric_of("buyers", nobody, nobody.bought.astype(float), binary=True)

    assert [(arm.arm, arm.n) for arm in metric.arms] == [("treated", 0), ("holdout", 0)]
    assert metric.effect is None


def test_the_incremental_return_is_the_difference_of_means_times_those_treated():
    sides = outcomes(treated=[True] * 4 + [False] * 4, sales=[400, 600, 500, 500, 100, 300, 200, 200])
    returned = worth.return_of(sides, worth.Costing(cost_fen=300, margin_basis_points=5_000))

    assert returned.incremental_margin_fen == 600  # (500 − 200) × 4 × 50%
    assert returned.incremental == pytest.approx(1.0)
    assert returned.incremental_interval is not None
    assert returned.incremental_anytime_interval is not None


def test_the_funnel_names_the_base_of_every_share():
    heads = Headcount(audience=100, eligible=80, treated=60, holdout=20, exclusions=())
    steps = worth.funnel_of(heads, {FunnelStep.ACCEPTED: 50, FunnelStep.DELIVERED: 40, FunnelStep.BUYERS: 6})

    assert [(one.step.value, one.customers, one.share) for one in steps] == [
        ("audience", 100, None),
        ("eligible", 80, 0.8),
        ("treated", 60, 0.75),
        ("accepted", 50, pytest.approx(50 / 60)),
        ("delivered", 40, 0.8),
        ("failed", 0, 0.0),
        ("opted_out", 0, 0.0),
        ("buyers", 6, 0.1),
    ]


def test_the_curve_adds_up_and_shows_days_without_sales():
    days = worth.days_between(date(2026, 11, 2), date(2026, 11, 4))
    daily = {
        (date(2026, 11, 2), "treated"): 300,
        (date(2026, 11, 4), "treated"): -100,  # a refund
        (date(2026, 11, 4), "holdout"): 50,
    }
    curve = worth.curve_of(daily, days=days, treated=10, holdout=5)

    assert [(point.treated_fen, point.holdout_fen) for point in curve] == [(30, 0), (30, 0), (20, 10)]
