"""What campaigns refuses."""

from siyu.kernel.errors import SiyuError


class CampaignInOtherState(SiyuError):
    """The campaign is {state}; to {verb} it must be {wanted}."""

    code = "campaign_in_other_state"
    status = 409
    zh = "活动当前为“{state_zh}”，只有在“{wanted_zh}”时才能{verb_zh}。"


class CampaignNotReady(SiyuError):
    """The campaign cannot be sent yet: {why}."""

    code = "campaign_not_ready"
    status = 409
    zh = "活动还不能发送：{why_zh}。"


class SecondPersonNeeded(SiyuError):
    """You wrote or submitted this campaign; somebody else must approve it."""

    code = "second_person_needed"
    status = 403
    zh = "该活动由你创建或提交，须由另一位同事审批。"


class PersonNeeded(SiyuError):
    """A campaign is approved by a person who is signed in, not by a program with an API key."""

    code = "person_needed"
    status = 403
    zh = "活动须由登录的人员审批，不能用 API 密钥审批。"


class SegmentExcludesItself(SiyuError):
    """Segment {segment_id} is both the audience and excluded from it. Choose another segment to exclude."""

    code = "segment_excludes_itself"
    status = 422
    zh = "人群 {segment_id} 既是目标人群又被排除。请选择其他要排除的人群。"


class NoResultsYet(SiyuError):
    """The campaign had not been launched at {as_of}; there is nothing to measure before that."""

    code = "no_results_yet"
    status = 409
    zh = "截至 {as_of} 活动尚未启动，还没有可衡量的结果。"
