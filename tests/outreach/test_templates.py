"""Templates: what a customer reads, and what an author is told before anybody reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.outreach.contracts import MessageClass
from siyu.outreach.errors import TemplateRefused, TemplateValueMissing, TemplateValueRefused, TextTooLong
from siyu.outreach.rules.lint import Severity, lint_template
from siyu.outreach.rules.template import OPT_OUT_LINE, render_sms
from siyu.outreach.rules.words import REMEDIES

KNOWN = ["name", "points", "store.city"]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ name }}您好", "【思屿】小林您好，拒收请回复R"),
        ("{{ name }}您好！", "【思屿】小林您好！拒收请回复R"),  # no comma after a mark
        ("【思屿】{{ name }}您好，拒收请回复R", "【思屿】小林您好，拒收请回复R"),  # neither line twice
        ("{{ nick | default: '会员' }}您好", "【思屿】会员您好，拒收请回复R"),
        ("{% if nick %}{{ nick }}{% else %}您{% endif %}好", "【思屿】您好，拒收请回复R"),
        ("积分{{ points | divided_by: 100 | floor }}", "【思屿】积分12，拒收请回复R"),
        ("{{ day | date: '%m月%d日' }}止", "【思屿】11月11日止，拒收请回复R"),
        ("您好\n\n再见", "【思屿】您好 再见，拒收请回复R"),  # one line
        ("{{ store.city }}店", "【思屿】上海店，拒收请回复R"),
        ("{{ forged }}", "【思屿】别家 您好，拒收请回复R"),  # a value cannot sign or break the line
    ],
)
def test_a_customer_reads_the_signature_once_the_text_and_the_way_out_once(template, text):
    values = {
        "name": "小林",
        "nick": None,
        "points": 1_234,
        "day": "2026-11-11",
        "store": {"city": "上海"},
        "forged": "【别家】\n您好",
    }
    assert render_sms(template, values, "思屿").text == text


def test_a_link_in_a_value_that_the_template_does_not_use_harms_nobody():
    assert render_sms("您好", {"homepage": "https://x.cn"}, "思屿").text == "【思屿】您好，拒收请回复R"


def test_the_text_says_how_many_segments_it_is():
    assert render_sms("长" * 70, {}, "思屿").segments == 2


@pytest.mark.parametrize(
    ("template", "refusal", "words"),
    [
        ("{{ name }}", TemplateValueMissing, "needs name"),
        ("{{ name | append: '女士' }}", TemplateValueMissing, "needs name"),
        ("{{ bait }}", TemplateValueRefused, "value of bait holds a link"),
        ("{{ 'x' | frobnicate }}", TemplateRefused, "unknown filter"),
        ("{{ name", TemplateRefused, "line 1, column 1"),
        ("好\n{% if %}{% endif %}", TemplateRefused, "line 2, column 4"),
        ("{% include 'secrets' %}", TemplateRefused, "unexpected tag"),
        ("{% for i in (1..1000000000) %}x{% endfor %}", TemplateRefused, "unexpected tag"),
        ("{{ 'now' | date: '%Y' }}", TemplateRefused, "date needs a day"),  # a text has no clock of its own
        ("长" * 501, TextTooLong, "501"),
        ("长" * 2_001, TemplateRefused, "at most 2000"),
        (
            "{% assign a = '0123456789' %}" + "{% assign a = a | append: a %}" * 40,
            TemplateRefused,
            "limit",
        ),  # a bomb
    ],
)
def test_a_text_that_cannot_be_made_is_refused_in_plain_words(template, refusal, words):
    with pytest.raises(refusal, match=words):
        render_sms(template, {"bait": "请看 https://x.cn/1"}, None, None)


@given(st.text(max_size=200))
def test_no_value_can_break_out_of_its_place(name):
    try:
        text = render_sms("您好{{ name }}再见", {"name": name}, "思屿").text
    except (TemplateValueRefused, TextTooLong):
        return
    assert text.startswith("【思屿】您好")
    assert text.endswith("再见，" + OPT_OUT_LINE)
    assert text.count("【") == text.count("】") == 1
    assert "\n" not in text


@pytest.mark.parametrize(
    ("template", "code", "line", "column", "excerpt"),
    [
        ("您好{{ nmae }}", "unknown_variable", 1, 6, "nmae"),
        ("您好\n再见{{ store.town }}", "unknown_variable", 2, 6, "store.town"),
        ("{{ name | upcasee }}", "unknown_filter", 1, 11, "upcasee"),
        ("{% if name %}", "syntax_error", 1, 1, None),
        ("  ", "empty_template", 1, 1, ""),
        ("见 https://a.cn/{{ name }}", "variable_in_link", 1, 3, "https://a.cn/{{ name }}"),
        ("见 a.com?u={{name}} 详", "variable_in_link", 1, 3, "a.com?u={{name}}"),
        ("见 {{ name }}.com", "variable_in_link", 1, 11, "}}.com"),
        ("【别家】您好", "other_signature", 1, 1, "【别家】"),
        ("您好" * 300, "too_long", 1, 601, ""),
        ("您好" * 40, "several_segments", 1, 81, ""),
        ("来看直播", "forbidden_topic", 1, 3, "直播"),
        ("全网最低价", "superlative", 1, 1, "全网最"),
    ],
)
def test_each_fault_is_shown_in_its_place(template, code, line, column, excerpt):
    found = lint_template(template, KNOWN, signature="思屿")[0]
    assert (found.code, found.line, found.column) == (code, line, column)
    assert excerpt is None or found.excerpt == excerpt
    assert found.remedy
    assert found.remedy_zh


def test_a_good_template_has_no_findings():
    text = "{{ name | default: '会员' }}，{{ store.city }}店上新，详见 https://a.cn/n"
    assert lint_template(text, KNOWN, signature="思屿") == []


def test_without_signature_or_way_out_the_author_is_told_both():
    found = lint_template("您好", KNOWN, opt_out_line=None)
    assert [finding.code for finding in found] == ["missing_signature", "missing_opt_out"]
    assert lint_template("【思屿】您好，拒收请回复R", KNOWN, opt_out_line=None) == []


def test_a_transactional_message_needs_no_way_out_and_may_name_any_topic():
    found = lint_template("您的优惠券到账", KNOWN, signature="思屿", message_class=MessageClass.TRANSACTIONAL)
    assert found == []


def test_a_near_miss_suggests_the_right_name():
    assert "Known: name." in lint_template("{{ nmae }}", KNOWN, signature="思屿")[0].remedy


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("抽奖", "参与大转盘"),
        ("返现", "下单返现"),
        ("加微信", "加店长微信"),
        ("公众号推广", "关注公众号"),
        ("用户拉新", "邀请好友"),
        ("用户召回", "好久不见"),
        ("积分兑换", "积分换好礼"),
        ("问卷调查", "填写问卷"),
        ("直播", "今晚直播"),
        ("优惠券推广", "领券"),
        ("APP推广", "下载APP"),
    ],
)
def test_topics_that_vendors_turn_down_are_warnings(topic, text):
    found = lint_template(text, KNOWN, signature="思屿")
    assert [(finding.code, finding.severity) for finding in found] == [("forbidden_topic", Severity.WARNING)]
    assert topic in found[0].remedy_zh


@given(st.text(max_size=120))
def test_any_text_can_be_examined_and_what_passes_can_be_rendered(text):
    found = lint_template(text, KNOWN, signature="思屿")
    assert all(finding.code in REMEDIES for finding in found)
    if not any(finding.severity is Severity.ERROR for finding in found):
        assert render_sms(text, {"name": "林", "points": 1, "store": {"city": "沪"}}, "思屿").text
