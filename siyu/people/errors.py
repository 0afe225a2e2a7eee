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


class ConsentChannelUnfit(SiyuError):
    """Consent to {purpose} is not given on the channel {channel}. Known: {known}."""

    code = "consent_channel_unfit"
    status = 422
    zh = "{purpose} 的授权不能记在渠道 {channel} 上。可用的有：{known}。"


class ConsentNeedsText(SiyuError):
    """A yes to {purpose} needs the text that was shown: give consent_text_id, the version the customer read."""

    code = "consent_needs_text"
    status = 422
    zh = "记录对 {purpose} 的同意时，须给出客户当时看到的授权文本版本（consent_text_id）。"


class ConsentTextUnfit(SiyuError):
    """The text {code}, version {version}, asks for {purpose} on {channels}. It proves no other consent;
    choose another.
    """

    code = "consent_text_unfit"
    status = 422
    zh = "授权文本 {code} 第 {version} 版征求的是 {channels} 上的 {purpose}，不能证明其他授权。请选择对应的文本。"


class SaidInTheFuture(SiyuError):
    """Nobody can have said this at {said_at} yet. Check the clock and the time zone of whoever sends it."""

    code = "said_in_the_future"
    status = 422
    zh = "{said_at} 还没有到，不可能已有人作出该表示。请检查发送方的时钟与时区。"


class ConsentTextTaken(SiyuError):
    """Somebody has just saved version {version} of {code}. Load the page again, then write yours on top."""

    code = "consent_text_taken"
    status = 409
    zh = "{code} 的第 {version} 版刚刚已被他人保存。请刷新页面后在其基础上修改。"


class SuppressionLifted(SiyuError):
    """{who} has lifted this already. Load the list again."""

    code = "suppression_lifted"
    status = 409
    zh = "{who} 已解除该禁发。请刷新列表。"


class AddressFileUnreadable(SiyuError):
    """The file is no text in UTF-8 or GB18030. Save it as CSV or plain text, one number a line, and send it again."""

    code = "address_file_unreadable"
    status = 422
    zh = "文件不是 UTF-8 或 GB18030 编码的文本。请另存为 CSV 或纯文本（每行一个号码）后重新上传。"


class AddressFileTooLong(SiyuError):
    """The file has {lines} lines; at most {limit} are read at once. Split it and send the parts one after the other."""

    code = "address_file_too_long"
    status = 413
    zh = "文件有 {lines} 行，一次最多读取 {limit} 行。请拆分后依次上传。"
