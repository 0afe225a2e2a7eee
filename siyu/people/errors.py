"""What people refuses."""

from siyu.kernel.errors import SiyuError


class BadPhone(SiyuError):
    """{value} is not a telephone number. Write a Chinese mobile number of 11 digits, or +country code and number."""

    code = "bad_phone"
    status = 422
    zh = "{value} 不是电话号码。请填写 11 位手机号，或“+国家代码 号码”。"


class NothingToLink(SiyuError):
    """Customer {customer_id} has no identity left, so nothing can be linked with it."""

    code = "nothing_to_link"
    status = 409
    zh = "客户 {customer_id} 已没有任何身份，无法关联。"


class ReviewDecided(SiyuError):
    """Somebody has {state} this already. Load the list again."""

    code = "review_decided"
    status = 409
    zh = "该项已被处理（{state}）。请刷新列表。"


class ReviewNotAcceptable(SiyuError):
    """What many people use cannot be accepted as a whole. Dismiss it, or merge the two customers you mean."""

    code = "review_not_acceptable"
    status = 409
    zh = "多人共用的身份不能整体接受。请忽略它，或手动合并您确认的两个客户。"
