"""Consent is asked for once by a text that says what for, and the answer is in the ledger with what proves it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from siyu.kernel.audit import SYSTEM
from siyu.organisation.api import brand_info
from siyu.outreach.actions.claim import claim_due
from siyu.outreach.actions.sending import send_due
from siyu.outreach.contracts import FrozenTemplate, MessageClass, SuppressionReason
from siyu.outreach.errors import TemplateRefused
from siyu.outreach.queries.channel import line_of
from siyu.outreach.rules.asking import consent_answer, missing_words
from siyu.outreach.rules.authenticity import SANDBOX_SIGNATURE_HEADER, seal_of
from siyu.outreach.rules.gate import Recipient, decide_recipient
from siyu.outreach.rules.lint import lint_template
from siyu.people.api import add_consent_text, consents_of, request_counts
from siyu.people.contracts import ConsentChannel, Purpose
from tests.outreach.conftest import KEY
from tests.outreach.makers import NOON, funnel, make_customers, phone_of, plan, value_of

ASKS = "想给您发新品与优惠短信，每月不超过4条，为期1年。同意请回复Y，不回复即不再打扰"

TEXTS = [
    (ASKS, ""),
    # with a count by the week, an end, another way to say the reply
    ("会员活动资讯，每周一次，至2027年12月，愿意请回复 Y", ""),
    ("新品推荐，4条/月，有效期两年，同意回Y", ""),
    ("Offers and news, at most 4 messages a month, for 1 year. Reply Y to agree", ""),
    ("One promotion per week until 31 December 2027. Reply YES", ""),
    # nothing of what the law asks for
    ("您好，欢迎光临", "type frequency duration reply"),
    ("同意接收短信请回复Y", "type frequency duration"),
    ("优惠短信，每月4条，同意请回复Y", "duration"),
    ("优惠短信，为期一年，同意请回复Y", "frequency"),
    ("短信每月4条，为期一年，同意请回复Y", "type"),
    # days within which to reply are no duration of the consent; nor is "until you refuse"
    ("优惠短信，每月4条，请于7日内回复Y", "duration"),
    ("优惠短信，每月4条，直到您退订，同意请回复Y", "duration"),
    # how often is no duration either
    ("优惠短信，每1年12条，同意请回复Y", "duration"),
    # what a variable says is not stated
    ("{{ name }}，同意请回复Y", "type frequency duration"),
]


@pytest.mark.parametrize(("words", "missing"), TEXTS)
def test_a_request_states_what_how_often_how_long_and_how_to_agree(words, missing):
    findings = lint_template(words, ["name"], signature="思屿", message_class=MessageClass.CONSENT_REQUEST)
    told = [one.code for one in findings if one.code.startswith("asking_without_")]
    assert told == [f"asking_without_{part}" for part in missing.split()]
    assert not missing_words(words) or "{{" in words or missing
    assert not any(one.code.startswith("asking") for one in lint_template(words, ["name"], signature="思屿"))


ANSWERS = [
    ("Y", True), ("ｙ！", True), ("yes", True), ("同意。", True), ("回复Y", True),
    # the opt-out words of any message, and noes that are none elsewhere
    ("R", False), ("TD", False), ("N", False), ("no", False), ("不同意", False), ("不要", False),
    # says neither
    ("好的，谢谢", None), ("同意不了啊我考虑下", None), ("?", None), ("", None), ("Yellow", None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "answer"), ANSWERS)
def test_only_short_and_plain_answers_count(words, answer):
    assert consent_answer(words) is answer


REQUEST = MessageClass.CONSENT_REQUEST
GATE = [
    # nothing was said, nobody asked: this is the one message that needs no consent
    (Recipient(False, None, True), REQUEST, None),
    (Recipient(False, None, True), MessageClass.MARKETING, SuppressionReason.CONSENT_MISSING),
    # yes or no, they said it
    (Recipient(True, None, True, said=True), REQUEST, SuppressionReason.ALREADY_SAID),
    (Recipient(False, None, True, asked=True), REQUEST, SuppressionReason.ALREADY_ASKED),
    (Recipient(False, None, True, said=True, asked=True), REQUEST, SuppressionReason.ALREADY_SAID),
    # a silent address stays silent
    (Recipient(False, "opt_out", True), REQUEST, SuppressionReason.OPT_OUT_CHANNEL),
    (Recipient(False, "complaint", True, asked=True), REQUEST, SuppressionReason.COMPLAINT),
    (Recipient(False, None, False), REQUEST, SuppressionReason.UNREACHABLE),
    (None, REQUEST, SuppressionReason.UNREACHABLE),
]  # fmt: skip


@pytest.mark.parametrize(("who", "kind", "reason"), GATE)
def test_the_gate_lets_one_request_through_to_who_said_nothing(who, kind, reason):
    assert decide_recipient(who, kind) is reason


@pytest.fixture
def request_words(ready, brand_id):
    """The words of a request, on file."""
    with ready.db.transaction(brand_id=brand_id) as session:
        shown = add_consent_text(
            session, code="sms", after_version=0, purpose=Purpose.MARKETING, channels=[ConsentChannel.SMS],
            language="zh", title="t", body=ASKS, actor=SYSTEM, now=NOON,
        )  # fmt: skip
        return FrozenTemplate(ASKS, "思屿", "拒收请回复R", REQUEST, shown.consent_text_id)


def asked_people(app, brand_id, count, **changes):
    return make_customers(app, brand_id, count, **{"sms_consent": None, **changes})


def counts(app, brand_id, campaign_id=1, now=NOON):
    with app.db.transaction(brand_id=brand_id) as session:
        found = request_counts(session, campaign_id=campaign_id, now=now)
    return found.asked, found.waiting, found.agreed, found.refused, found.unanswered


def test_nobody_is_asked_twice_by_workers_campaigns_or_a_crash(
    ready, brand_id, sandbox, clock, request_words
):
    asked_people(ready, brand_id, 12)
    make_customers(ready, brand_id, 1, start=12)
    make_customers(ready, brand_id, 1, start=13, sms_consent=False)
    for campaign in (1, 2, 3):
        plan(ready, brand_id, campaign_id=campaign, template=request_words)
    # A worker that dies after its claim and before the vendor hears of it.
    with ready.db.transaction(brand_id=brand_id) as session:
        line = line_of(session, cipher=ready.cipher)
        claims = claim_due(session, line=line, limit=5, patience=timedelta(minutes=2), now=clock())
    assert (len(claims.to_send), sandbox.log()) == (5, [])
    with ready.db.transaction(brand_id=brand_id) as session:
        session.execute(text("UPDATE sms_channel SET cap_per_day = 100, cap_per_30_days = 100"))
    for _ in range(2):
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: send_due(ready, brand_id=brand_id, clock=clock), range(3)))
        clock.move(hours=1)
    sent = [one["phone"] for one in sandbox.log()]
    assert sorted(sent) == [phone_of(number) for number in range(12)]
    assert [one["submissions"] for one in sandbox.log()] == [1] * 12
    totals = [funnel(ready, brand_id, campaign) for campaign in (1, 2, 3)]
    assert sum(one.get("reason:already_asked", 0) for one in totals) == 24
    assert [one["reason:already_said"] for one in totals] == [2, 2, 2]  # the yes and the no
    assert sum(counts(ready, brand_id, campaign)[0] for campaign in (1, 2, 3)) == 12


def test_who_was_not_even_written_to_was_not_asked(ready, brand_id, sandbox, clock, request_words):
    asked_people(ready, brand_id, 1, name=None)
    broken = FrozenTemplate(
        f"{{{{ name }}}}{ASKS}", "思屿", "拒收请回复R", REQUEST, request_words.consent_text_id
    )
    plan(ready, brand_id, campaign_id=1, template=broken)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert funnel(ready, brand_id, 1)["reason:content_refused"] == 1
    assert counts(ready, brand_id) == (0, 0, 0, 0, 0)
    plan(ready, brand_id, campaign_id=2, template=request_words)
    clock.move(days=1)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert counts(ready, brand_id, 2) == (1, 1, 0, 0, 0)


def test_a_request_that_does_not_say_how_long_is_not_planned(ready, brand_id, request_words):
    short = FrozenTemplate(
        "优惠短信，每月4条，同意请回复Y", "思屿", "拒收请回复R", REQUEST, request_words.consent_text_id
    )
    with pytest.raises(TemplateRefused) as refused:
        plan(ready, brand_id, template=short)
    assert "期限" in refused.value.said_in("zh")


@pytest.fixture
def post(client, ready, brand_id, sandbox, clock, request_words):
    """Five were asked at noon; posts what they answered."""
    asked_people(ready, brand_id, 5)
    plan(ready, brand_id, template=request_words)
    send_due(ready, brand_id=brand_id, clock=clock)
    with ready.db.transaction(brand_id=brand_id) as session:
        code = brand_info(session, brand_id=brand_id).code

    def send(*said):
        replies = [
            {"phone": phone_of(number), "text": words, "sign": "思屿", "out_id": None,
             "at": (NOON + timedelta(hours=hours)).isoformat()}
            for number, words, hours in said
        ]  # fmt: skip
        body = json.dumps({"batch_id": "b", "receipts": [], "replies": replies}).encode()
        headers = {SANDBOX_SIGNATURE_HEADER: seal_of(body, KEY)}
        answer = client.post(f"/api/v1/webhooks/sms/sandbox/{code}", content=body, headers=headers)
        assert answer.status_code == 200
        return answer.json()["opt_outs"]

    return send


def said_by(app, brand_id, number):
    with app.db.transaction(brand_id=brand_id) as session:
        query = "SELECT customer_id FROM customer ORDER BY customer_id OFFSET :n LIMIT 1"
        customer = session.execute(text(query), {"n": number}).scalar_one()
        return consents_of(session, customer_id=customer)


def test_answers_are_words_in_the_ledger_and_silence_is_none(post, ready, brand_id):
    for _ in range(2):  # a vendor posts twice
        post((0, "Y", 1), (1, "不同意", 1), (2, "R", 2), (3, "Y", 24 * 8), (4, "好看吗", 1))
    (yes,) = said_by(ready, brand_id, 0)
    assert (yes["granted"], yes["source"], yes["text_code"], yes["has_evidence"]) == (
        True,
        "sms_reply",
        "sms",
        True,
    )
    for number in (1, 2):
        (no,) = said_by(ready, brand_id, number)
        assert not no["granted"]
    assert value_of(ready, brand_id, "SELECT count(*) FROM suppression WHERE lifted_at IS NULL") == 2
    # Too late, and no answer: nobody said anything, and marketing stays refused by default.
    assert said_by(ready, brand_id, 3) == said_by(ready, brand_id, 4) == []
    assert counts(ready, brand_id, now=NOON + timedelta(days=1)) == (5, 2, 1, 2, 0)
    assert counts(ready, brand_id, now=NOON + timedelta(days=9)) == (5, 0, 1, 2, 2)
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'consent.granted'"
    assert value_of(ready, brand_id, audited) == 1


def test_of_a_yes_and_a_no_at_once_the_no_counts_and_the_first_answer_stays(post, ready, brand_id):
    assert post((0, "Y", 1), (0, "R", 1)) == 1
    (no,) = said_by(ready, brand_id, 0)
    assert not no["granted"]
    post((0, "Y", 2))  # a yes afterwards lifts nothing
    assert len(said_by(ready, brand_id, 0)) == 1
    post((1, "Y", 1))
    assert post((1, "退订", 3)) == 1  # a withdrawal is as easy as the yes was
    assert [one["granted"] for one in said_by(ready, brand_id, 1)] == [False, True]
    assert counts(ready, brand_id) == (5, 3, 1, 1, 0)


def test_a_yes_of_somebody_who_was_not_asked_is_nothing(post, ready, brand_id):
    asked_people(ready, brand_id, 1, start=7)
    post((7, "Y", 1), (8, "Y", 1))
    assert said_by(ready, brand_id, 5) == []


def test_both_say_the_same_of_a_person_with_another_number(ready, brand_id, sandbox, clock, request_words):
    """A second phone of somebody who was asked, and a merge, ask nobody again."""
    asked_people(ready, brand_id, 1)
    plan(ready, brand_id, campaign_id=1, template=request_words)
    send_due(ready, brand_id=brand_id, clock=clock)
    asked_people(ready, brand_id, 1, phone=phone_of(50))  # M0 once more, reached by the new number
    plan(ready, brand_id, campaign_id=2, template=request_words)
    clock.move(days=1)
    send_due(ready, brand_id=brand_id, clock=clock)
    assert funnel(ready, brand_id, 2) == {"suppressed": 1, "total": 1, "reason:already_asked": 1}
