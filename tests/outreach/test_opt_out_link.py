"""The link in a message: looking changes nothing, one post acts at once, and nobody can make a link up."""

import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.limiter import RateLimiter
from siyu.outreach.actions.opting_out import is_ours, opt_out_link
from siyu.outreach.actions.sending import send_due
from siyu.outreach.contracts import FrozenTemplate
from siyu.outreach.rules.lint import Severity, lint_template
from siyu.outreach.rules.opt_out import LinkToken, link_of, read_token, sample_link
from siyu.outreach.rules.template import render_sms
from siyu.outreach.rules.values import known_variables
from siyu.people.api import consents_of
from tests.outreach.makers import make_customers, phone_of, plan

LINK = re.compile(r"/o/(\S+?)(?=，|$)")


@pytest.fixture
def sent_link(ready, brand_id, sandbox, clock) -> tuple[int, int, str]:
    """A customer, and the path of the link in the message that the vendor got for them."""
    (customer_id,) = make_customers(ready, brand_id, 1)
    template = FrozenTemplate("新茶到店，退订 {{ opt_out_url }}", "思屿", "拒收请回复R")
    plan(ready, brand_id, template=template)
    send_due(ready, brand_id=brand_id, clock=clock)
    found = LINK.search(next(one["text"] for one in sandbox.log() if one["phone"] == phone_of(0)))
    assert found is not None
    return brand_id, customer_id, f"/o/{found.group(1)}"


def ask(app: App, method: str, path: str, **more: object):
    """Somebody without any login."""
    with TestClient(create_api(app), raise_server_exceptions=False) as browser:
        return browser.request(method, path, **more)


@given(st.integers(1, 2**62), st.integers(0, 2**62), st.text("0123456789ABCabc", min_size=12, max_size=12))
def test_a_link_says_what_was_put_in(brand_id, message_id, proof):
    token = LinkToken(brand_id, message_id, proof)
    assert read_token(link_of("https://x.cn", token).rpartition("/")[2]) == token


@given(st.text(max_size=60))
def test_any_other_text_is_no_link_or_not_ours(text_given):
    found = read_token(text_given)
    assert found is None or found.proof


def test_a_template_may_hold_the_link_and_its_length_counts():
    words = "换季了，新品到店，欢迎来看看。退订：{{ opt_out_url }} "
    found = lint_template(words, known_variables(), signature="思屿")
    assert {one.code: one.severity for one in found}["opt_out_link"] is Severity.WARNING
    assert all(one.severity is Severity.WARNING for one in found)
    long = "长" * 40 + "{{ opt_out_url }}"
    assert "several_segments" in {
        one.code for one in lint_template(long, known_variables(), signature="思屿")
    }
    sample = sample_link("https://siyu.example", brand_id=7)
    real = link_of("https://siyu.example", LinkToken(7, 123_456, "x" * 12))
    assert len(sample) == len(real)
    values = [render_sms(long, {"opt_out_url": link}, "思屿") for link in (sample, real)]
    assert values[0].segments == values[1].segments == 2


def test_only_the_signed_link_is_ours(app: App) -> None:
    link = opt_out_link(app.cipher, address="", brand_id=1, message_id=17)
    token = read_token(link.rpartition("/")[2])
    assert token is not None
    assert is_ours(app.cipher, token)
    assert not is_ours(app.cipher, LinkToken(1, 18, token.proof))
    assert not is_ours(app.cipher, LinkToken(2, 17, token.proof))


def test_looking_changes_nothing_and_one_click_acts(ready: App, sent_link: tuple[int, int, str]) -> None:
    brand_id, customer_id, path = sent_link

    def said() -> list[bool]:
        with ready.db.transaction(brand_id=brand_id) as session:
            return [one["granted"] for one in consents_of(session, customer_id=customer_id)]

    before = said()
    for method in ("GET", "HEAD"):
        ask(ready, method, path)
    page = ask(ready, "GET", path, headers={"Accept-Language": "zh-CN"})
    assert page.status_code == 200
    assert "不再接收营销短信" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert said() == before == [True]
    one_click = {
        "content": b"List-Unsubscribe=One-Click",
        "headers": {"content-type": "application/x-www-form-urlencoded"},
    }
    for _ in range(2):  # again changes nothing
        answer = ask(ready, "POST", path, **one_click)
        assert answer.status_code == 200
    assert said() == [False, True]
    with ready.db.transaction(brand_id=brand_id) as session:
        assert session.scalar(text("SELECT kind FROM suppression")) == "opt_out"
        assert session.scalar(text("SELECT count(opted_out_at) FROM message")) == 1


@pytest.mark.parametrize(
    ("choice", "kinds", "purpose"),
    [("everything", {"opt_out_global"}, "marketing"), ("profiling", set(), "profiling")],
)
def test_the_page_offers_to_refuse_more(
    ready: App, sent_link: tuple[int, int, str], choice: str, kinds: set[str], purpose: str
) -> None:
    brand_id, customer_id, path = sent_link
    answer = ask(ready, "POST", path, data={"choice": choice}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    with ready.db.transaction(brand_id=brand_id) as session:
        assert set(session.scalars(text("SELECT kind FROM suppression"))) == kinds
        newest = consents_of(session, customer_id=customer_id)[0]
        assert (newest["granted"], newest["purpose"], newest["source"]) == (False, purpose, "link")
        assert newest["has_evidence"]


def test_a_link_that_is_made_up_tells_nothing(ready: App, sent_link: tuple[int, int, str]) -> None:
    _, _, path = sent_link
    other = path[:-1] + ("a" if path[-1] != "a" else "b")
    for wrong in (other, "/o/nothing", sample_link("", brand_id=1)):
        for method in ("GET", "POST"):
            answer = ask(ready, method, wrong)
            assert answer.status_code == 404
            assert "测试品牌" not in answer.text


def test_one_address_cannot_try_for_ever(app: App) -> None:
    api = create_api(app)
    api.state.opt_out_limiter = RateLimiter(per_minute=3)
    with TestClient(api) as browser:
        answers = [browser.get("/o/nothing") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert int(answers[3].headers["retry-after"]) > 0
