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


class KeyStillUsed(SiyuError):
    """The old key is still needed: {left} values are under it. Run `siyu key rotate` and let its tasks end first."""

    code = "key_still_used"
    status = 409
    zh = "旧密钥仍在使用：还有 {left} 项由它加密。请先运行 `siyu key rotate` 并等待任务完成。"


class NoOldKey(SiyuError):
    """The key file holds one key only; there is none to remove. `siyu key rotate` begins a change."""

    code = "no_old_key"
    status = 409
    zh = "密钥文件中只有一个密钥，没有可移除的旧密钥。用 `siyu key rotate` 开始更换。"


class KeyNumberTaken(SiyuError):
    """{source} holds another key under the number {version}: it is another installation's. Nothing was changed."""

    code = "key_number_taken"
    status = 409
    zh = "{source} 中编号 {version} 的密钥与现有的不同，它属于另一个安装。没有任何改动。"
