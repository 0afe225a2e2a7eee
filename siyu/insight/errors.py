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


class BadTrait(SiyuError):
    """The trait cannot be read at {path}: {why}. {remedy}"""

    code = "bad_trait"
    status = 422
    zh = "指标定义在 {path} 处无法读取：{why_zh}。{remedy_zh}"


class UnknownInTrait(SiyuError):
    """There is nothing called {name} (at {path}).{guess} GET /api/v1/traits/facts lists facts with their properties,
    GET /api/v1/traits lists traits.
    """

    code = "unknown_in_trait"
    status = 422
    zh = (
        "没有名为 {name} 的内容（位于 {path}）。{guess_zh}"
        "事实及其属性见 GET /api/v1/traits/facts，指标见 GET /api/v1/traits。"
    )


class TraitCircle(SiyuError):
    """The traits would depend on themselves: {path}. Take one of these steps out of its formula."""

    code = "trait_circle"
    status = 422
    zh = "指标会依赖自身：{path}。请从公式中去掉其中一步。"


class TraitNameTaken(SiyuError):
    """A trait is already called {name}. Choose another name, or change that one if it is the brand's own."""

    code = "trait_name_taken"
    status = 409
    zh = "已有名为 {name} 的指标。请换一个名称；如果它是品牌自己的指标，也可以修改它。"


class TraitChanged(SiyuError):
    """Trait {name} is at version {found}, you edited version {version}. Load it again, then edit."""

    code = "trait_changed"
    status = 409
    zh = "指标 {name} 已是第 {found} 版，而你编辑的是第 {version} 版。请重新载入后再编辑。"


class TraitInUse(SiyuError):
    """Trait {name} is used by {users}. Take it out there first."""

    code = "trait_in_use"
    status = 409
    zh = "指标 {name} 正被{users_zh}使用。请先在那里去掉它。"


class TraitTypeInUse(SiyuError):
    """Trait {name} would turn from {before} into {after}, and is used by {users}. Declare a new trait instead."""

    code = "trait_type_in_use"
    status = 409
    zh = "指标 {name} 会从 {before} 变为 {after}，而它正被{users_zh}使用。请另外定义一个新指标。"
