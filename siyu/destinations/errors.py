"""What destinations refuse."""

from siyu.kernel.errors import SiyuError


class DestinationNameTaken(SiyuError):
    """A destination is already called {name}. Choose another name."""

    code = "destination_name_taken"
    status = 409
    zh = "已有名为“{name}”的去向。请换一个名称。"


class BadDestinationAddress(SiyuError):
    """The address {url} cannot be used: {why}. {remedy}"""

    code = "bad_destination_address"
    status = 422
    zh = "地址 {url} 无法使用：{why_zh}。{remedy_zh}"


class PrivateDestination(SiyuError):
    """{host} leads to {address}, an address inside a private network. Use a public address, or let the operator of this
    installation set SIYU_PRIVATE_DESTINATIONS=yes.
    """

    code = "private_destination"
    status = 422
    zh = "{host} 指向内网地址 {address}。请使用公网地址，或请部署人员设置 SIYU_PRIVATE_DESTINATIONS=yes。"


class UnknownDestinationFact(SiyuError):
    """There is no fact or event called {name}. GET /api/v1/destinations/facts lists all."""

    code = "unknown_destination_fact"
    status = 422
    zh = "没有名为 {name} 的事实或事件。完整列表见 GET /api/v1/destinations/facts。"


class DestinationInOtherState(SiyuError):
    """Destination {destination_id} is {state}; this is possible only while it is {wanted}. Load the page again."""

    code = "destination_state"
    status = 409
    zh = "去向 {destination_id} 当前状态为 {state}，只有在 {wanted} 时才能这样做。请刷新页面。"


class DestinationOfOtherKind(SiyuError):
    """Destination {destination_id} is a {kind}; this is for a {wanted}."""

    code = "destination_kind"
    status = 409
    zh = "去向 {destination_id} 的类型是 {kind}，此操作只适用于 {wanted}。"


class IdentitiesNeedReason(SiyuError):
    """Telling who customers are needs a reason. Say for what the other side needs it."""

    code = "identities_need_reason"
    status = 422
    zh = "对外提供客户身份必须写明理由：对方为什么需要。"


class SecondPersonNeeded(SiyuError):
    """You asked for this yourself; this brand wants another person to approve it."""

    code = "destination_needs_other_person"
    status = 403
    zh = "这是您本人提出的；本品牌要求由另一位同事批准。"


class BadFolder(SiyuError):
    """The folder {folder} cannot be used: {why}. Write names of letters, digits, - and _, with / between them."""

    code = "bad_folder"
    status = 422
    zh = "文件夹 {folder} 无法使用：{why_zh}。请使用字母、数字、- 与 _，以 / 分隔。"


class DestinationUnreachable(SiyuError):
    """{place} cannot be written to: {why}. Look at the address and the keys, and whether there is room."""

    code = "destination_unreachable"
    status = 502
    zh = "无法写入 {place}：{why}。请检查地址与密钥，以及是否还有空间。"


class BadExport(SiyuError):
    """The export cannot be written: {why}."""

    code = "bad_export"
    status = 422
    zh = "无法导出：{why_zh}。"


class ExportInOtherState(SiyuError):
    """Export {export_id} is {state}; this is possible only while it is {wanted}. Load the page again."""

    code = "destination_export_state"
    status = 409
    zh = "导出 {export_id} 当前状态为 {state}，只有在 {wanted} 时才能这样做。请刷新页面。"
