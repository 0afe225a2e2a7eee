"""What outreach refuses, in the words people read."""

from siyu.kernel.errors import SiyuError


class TemplateRefused(SiyuError):
    """The template has a fault at line {line}, column {column}: {remedy}"""

    code = "template_refused"
    status = 422
    zh = "模板第 {line} 行第 {column} 列有误：{remedy_zh}"


class TemplateValueMissing(SiyuError):
    """The template needs {variable}, which this customer does not have. Give it a fallback in the template:
    {{{{ {variable} | default: "…" }}}}.
    """

    code = "template_value_missing"
    status = 422
    zh = '模板需要 {variable}，但该客户没有此值。请在模板中给出默认值：{{{{ {variable} | default: "…" }}}}。'


class TemplateValueRefused(SiyuError):
    """The value of {variable} holds a link. Carriers refuse links that come from variables; write the link into
    the template itself.
    """

    code = "template_value_refused"
    status = 422
    zh = "{variable} 的值含有链接。运营商不接受变量中的链接，请把链接直接写进模板。"


class TextTooLong(SiyuError):
    """The message would be {characters} characters long; a vendor takes {characters_max}. Shorten the template
    or the values in it.
    """

    code = "text_too_long"
    status = 422
    zh = "短信将有 {characters} 字，通道最多 {characters_max} 字。请精简模板或其中的变量。"


class ReceiptNotAuthentic(SiyuError):
    """The signature of this callback does not fit its body. Check that the vendor's key is the same on both
    sides; nothing was changed.
    """

    code = "receipt_not_authentic"
    status = 401
    zh = "回调签名与内容不符。请检查双方的通道密钥是否一致；没有任何改动。"


class CallbackMalformed(SiyuError):
    """The callback is signed but cannot be read: {why}. Nothing was changed; the vendor will post it again."""

    code = "callback_malformed"
    status = 422
    zh = "回调签名正确但内容无法读取：{why}。没有任何改动；通道会再次推送。"


class ChannelNotReady(SiyuError):
    """SMS cannot be sent yet: {why}. Set the channel up under Settings, Channels."""

    code = "channel_not_ready"
    status = 409
    zh = "暂时无法发送短信：{why_zh}。请在“设置 - 渠道”中完成配置。"


class BadChannelSetting(SiyuError):
    """The channel's {setting} cannot be {value}: {why}."""

    code = "bad_channel_setting"
    status = 422
    zh = "渠道设置 {setting} 不能为 {value}：{why_zh}。"


class BadTestNumbers(SiyuError):
    """A test goes to 1 to {numbers_max} telephone numbers; {given} were given."""

    code = "bad_test_numbers"
    status = 422
    zh = "测试短信可发给 1 到 {numbers_max} 个号码，当前为 {given} 个。"
