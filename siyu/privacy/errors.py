"""What privacy refuses."""

from siyu.kernel.errors import SiyuError


class RequestOpen(SiyuError):
    """Request {request_id} for customer {customer_id} is open already. Look at it in the privacy desk."""

    code = "privacy_request_open"
    status = 409
    zh = "客户 {customer_id} 已有进行中的申请 {request_id}。请在隐私台查看。"


class RequestInOtherState(SiyuError):
    """Request {request_id} is {state}; this is possible only while it is {wanted}. Load the page again."""

    code = "privacy_request_state"
    status = 409
    zh = "申请 {request_id} 当前状态为 {state}，只有在 {wanted} 时才能这样做。请刷新页面。"


class ErasedAlready(SiyuError):
    """Customer {customer_id} was erased on {erased_on}; only the number is left."""

    code = "customer_erased"
    status = 409
    zh = "客户 {customer_id} 已于 {erased_on} 删除个人信息，仅保留编号。"


class OtherPersonNeeded(SiyuError):
    """You asked for this erasure; this brand wants another person to approve it."""

    code = "erasure_needs_other_person"
    status = 403
    zh = "该删除申请由您提出；本品牌要求由另一位同事批准。"


class ErasureIncomplete(SiyuError):
    """Something of the person came back while they were being erased: {places}. The erasure is tried again."""

    code = "erasure_incomplete"
    status = 503
    zh = "删除过程中又出现了此人的信息：{places}。将自动重试。"
