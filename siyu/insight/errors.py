"""What insight refuses."""

from siyu.kernel.errors import SiyuError


class RefreshTooOld(SiyuError):
    """The traits already stand as of {newest}; {as_of} is older. Ask with --as-of instead: any date can be computed."""

    code = "refresh_too_old"
    status = 409
    zh = "指标已刷新至 {newest}；{as_of} 更早。请用 --as-of 查询：任何日期都可以计算。"


class RefreshInFuture(SiyuError):
    """{as_of} has not come yet (it is {now}). Refresh as of now or an earlier moment."""

    code = "refresh_in_future"
    status = 422
    zh = "{as_of} 还没有到来（现在是 {now}）。请以当前或更早的时间刷新。"


class BadInsightSetting(SiyuError):
    """{name} = {value} is not usable: {why}."""

    code = "bad_insight_setting"
    status = 422
    zh = "{name} = {value} 无法使用：{why}。"


class NoSuchCustomer(SiyuError):
    """There is no customer {customer_id} as of {as_of}."""

    code = "no_such_customer"
    status = 404
    zh = "截至 {as_of} 没有客户 {customer_id}。"
