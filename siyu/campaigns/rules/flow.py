"""How a campaign moves from draft to sent, and who may move it."""

from collections.abc import Mapping

from siyu.campaigns.contracts import CampaignState
from siyu.campaigns.errors import CampaignInOtherState, PersonNeeded, SecondPersonNeeded

_S = CampaignState

ALLOWED: Mapping[CampaignState, frozenset[CampaignState]] = {
    _S.DRAFT: frozenset({_S.DRAFT, _S.AWAITING_APPROVAL, _S.SCHEDULED}),
    _S.AWAITING_APPROVAL: frozenset({_S.DRAFT, _S.SCHEDULED, _S.STOPPED}),
    _S.SCHEDULED: frozenset({_S.DRAFT, _S.SENDING, _S.SENT, _S.STOPPED, _S.FAILED}),
    _S.SENDING: frozenset({_S.SENT, _S.STOPPED}),
    # A launch that failed left nothing behind, so the campaign may be mended and submitted again.
    _S.FAILED: frozenset({_S.DRAFT}),
    _S.SENT: frozenset(),
    _S.STOPPED: frozenset(),
}

EDITABLE = frozenset({_S.DRAFT, _S.FAILED})
DELETABLE = EDITABLE
STOPPABLE = frozenset({_S.AWAITING_APPROVAL, _S.SCHEDULED, _S.SENDING})

_STATES_ZH = {
    _S.DRAFT: "草稿",
    _S.AWAITING_APPROVAL: "待审批",
    _S.SCHEDULED: "已排期",
    _S.SENDING: "发送中",
    _S.SENT: "已发送",
    _S.STOPPED: "已停止",
    _S.FAILED: "启动失败",
}
_VERBS = {
    "edit": "编辑",
    "submit": "提交",
    "approve": "批准",
    "reject": "退回",
    "stop": "停止",
    "test": "测试发送",
    "delete": "删除",
}


def may_move(before: CampaignState, after: CampaignState) -> bool:
    """Whether a campaign moves this way.

    >>> may_move(CampaignState.DRAFT, CampaignState.SENDING), may_move(CampaignState.SCHEDULED, CampaignState.SENDING)
    (False, True)
    """
    return after in ALLOWED[before]


def check_state(state: CampaignState, *, wanted: frozenset[CampaignState], verb: str) -> None:
    """Returns if the campaign is in one of the wanted states.

    raises  CampaignInOtherState

    >>> check_state(CampaignState.DRAFT, wanted=EDITABLE, verb="edit")
    """
    if state not in wanted:
        listed = [one for one in CampaignState if one in wanted]
        raise CampaignInOtherState(
            state=_in_english(state), state_zh=_STATES_ZH[state], verb=verb, verb_zh=_VERBS[verb],
            wanted=" or ".join(map(_in_english, listed)), wanted_zh="”或“".join(_STATES_ZH[one] for one in listed),
        )  # fmt: skip


def _in_english(state: CampaignState) -> str:
    return "a draft" if state is _S.DRAFT else state.value.replace("_", " ")


def check_approver(approver_key: str, *, authors: frozenset[str], needs_approval: bool) -> None:
    """Returns if this person may approve: where the brand asks for two, one who neither wrote nor submitted it.

    units   keys are `kind:number` of an actor
    raises  SecondPersonNeeded, PersonNeeded

    >>> check_approver("user:2", authors=frozenset({"user:1"}), needs_approval=True)
    >>> check_approver("user:1", authors=frozenset({"user:1"}), needs_approval=False)
    """
    if not needs_approval:
        return
    if not approver_key.startswith("user:"):
        raise PersonNeeded
    if approver_key in authors:
        raise SecondPersonNeeded


def experiment_key(campaign_id: int) -> str:
    """The name of a campaign's experiment in facts.

    >>> experiment_key(12)
    'campaign:12'
    """
    return f"campaign:{campaign_id}"
