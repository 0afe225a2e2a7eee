"""What intake refuses to believe of events, and how to mend it."""

from siyu.kernel.errors import SiyuError


class EventsBodyTooLarge(SiyuError):
    """The body has more than {limit} bytes. Send fewer events at a time; several requests may run at once."""

    code = "events_body_too_large"
    status = 413
    zh = "请求体超过 {limit} 字节。请减少每次发送的事件数；可以同时发送多个请求。"


class EventsTooMany(SiyuError):
    """The body holds {events} events, more than {limit}. Send them in several requests."""

    code = "events_too_many"
    status = 413
    zh = "一次发送了 {events} 个事件，超过 {limit} 个。请分多次发送。"


class EventsEmpty(SiyuError):
    """The body holds no event. Send one event as an object, or several as {{"events": [...]}}."""

    code = "events_empty"
    status = 422
    zh = '请求中没有事件。请以对象发送一个事件，或以 {{"events": [...]}} 发送多个。'


class EventsMalformed(SiyuError):
    """The body is not JSON in UTF-8 that holds events: {why}. Nothing was taken; mend it and send it again."""

    code = "events_malformed"
    status = 400
    zh = "请求体不是含有事件的 UTF-8 JSON：{why}。未接收任何事件；请修正后重新发送。"


class EventFieldMalformed(SiyuError):
    """{where}: {why}. An event has event, event_id, occurred_at (ISO 8601 with its zone), and may have identities,
    properties, authenticated, version. Nothing of this request was taken.
    """

    code = "event_field_malformed"
    status = 422
    zh = (
        "{where}：{why}。事件包含 event、event_id、occurred_at（带时区的 ISO 8601），可有 identities、properties、"
        "authenticated、version。本次请求未接收任何事件。"
    )


class EventTooLarge(SiyuError):
    """{where} has {bytes} bytes, more than {limit}. Send its long texts as files, or leave them out. Nothing of this
    request was taken.
    """

    code = "event_too_large"
    status = 413
    zh = "{where} 有 {bytes} 字节，超过 {limit}。请以文件方式提供长文本或将其去掉。本次请求未接收任何事件。"


class EventTooDeep(SiyuError):
    """{where} is nested more than {limit} levels deep. Flatten its properties. Nothing of this request was taken."""

    code = "event_too_deep"
    status = 422
    zh = "{where} 的嵌套超过 {limit} 层。请把属性展平。本次请求未接收任何事件。"


class EventTooEarly(SiyuError):
    """{where} lies before {earliest}. Set the sender's clock, or leave the event out. Nothing of this request was
    taken.
    """

    code = "event_too_early"
    status = 422
    zh = "{where} 的时间早于 {earliest}。请校准发送方的时钟，或去掉该事件。本次请求未接收任何事件。"


class EventTooLate(SiyuError):
    """{where} lies more than {minutes} minutes in the future. Set the sender's clock and send it again. Nothing of
    this request was taken.
    """

    code = "event_too_late"
    status = 422
    zh = "{where} 的时间超前 {minutes} 分钟以上。请校准发送方的时钟后重新发送。本次请求未接收任何事件。"


class PropertiesTooMany(SiyuError):
    """{where} has {properties} properties, more than {limit}. Split it into several events. Nothing of this request
    was taken.
    """

    code = "event_properties_too_many"
    status = 422
    zh = "{where} 有 {properties} 个属性，超过 {limit} 个。请拆成多个事件。本次请求未接收任何事件。"


class PropertyNameTooLong(SiyuError):
    """{where} has a property whose name is empty or longer than {limit} characters ({start}…). Put texts into values,
    not names. Nothing of this request was taken.
    """

    code = "event_property_name_too_long"
    status = 422
    zh = "{where} 有属性名为空或超过 {limit} 个字符（{start}…）。请把文字放在值里而非名称里。本次请求未接收任何事件。"


class EventNumberTooLarge(SiyuError):
    """{where}: {field} holds a whole number beyond 64 bits. Send it as text. Nothing of this request was taken."""

    code = "event_number_too_large"
    status = 422
    zh = "{where}：{field} 含有超出 64 位的整数。请以文字发送。本次请求未接收任何事件。"


class EventTextUnreadable(SiyuError):
    """{where}: {field} holds a NUL character. Remove it and send it again. Nothing of this request was taken."""

    code = "event_text_unreadable"
    status = 422
    zh = "{where}：{field} 含有 NUL 字符。请去掉后重新发送。本次请求未接收任何事件。"


class IntakeBusy(SiyuError):
    """{waiting} events of this brand wait to be taken in. Nothing of this request was taken; send it again after
    {retry_after_seconds} s, and see that a worker runs (`siyu doctor`).
    """

    code = "intake_busy"
    status = 429
    zh = (
        "该品牌有 {waiting} 个事件等待处理。本次请求未接收任何事件；请在 {retry_after_seconds} 秒后重试，并确认有工"
        "作进程在运行（`siyu doctor`）。"
    )


class IntakeCrowded(SiyuError):
    """Too many requests are being written just now. Nothing of this one was taken; send it again after
    {retry_after_seconds} s.
    """

    code = "intake_crowded"
    status = 503
    zh = "当前正在写入的请求过多。本次请求未接收任何事件；请在 {retry_after_seconds} 秒后重试。"


class IntakeDiskFull(SiyuError):
    """The server's disk that holds {folder} has no room for more events ({free_mb} MB free). Nothing of this request
    was taken; send it again after {retry_after_seconds} s, and have somebody make room there.
    """

    code = "intake_disk_full"
    status = 503
    zh = (
        "服务器上 {folder} 所在的磁盘没有空间接收更多事件（剩余 {free_mb} MB）。本次请求未接收任何事件；请在"
        " {retry_after_seconds} 秒后重试，并请管理员在该处腾出空间。"
    )


class EventDefinitionInvalid(SiyuError):
    """The definition of {name} cannot be kept: {why}. {remedy}"""

    code = "event_definition_invalid"
    status = 422
    zh = "事件 {name} 的定义无法保存：{why}。{remedy}"


class EventNameTaken(SiyuError):
    """{name} is an event that Siyu defines itself. Choose another name, or send it as it is defined."""

    code = "event_name_taken"
    status = 409
    zh = "{name} 是 Siyu 自带的事件。请换一个名称，或按其定义发送。"


class RejectNotWaiting(SiyuError):
    """Rejected event {event_reject_id} is {state}: only one that waits can be changed."""

    code = "event_reject_not_waiting"
    status = 409
    zh = "被拒事件 {event_reject_id} 的状态是 {state}：只有等待中的可以修改。"


class MendingInvalid(SiyuError):
    """Step {step} of the rule cannot be taken: {why}. Mend the step; nothing was changed."""

    code = "event_mending_invalid"
    status = 422
    zh = "规则的第 {step} 步无法执行：{why}。请修正该步；未做任何改动。"


class NoRejectsWait(SiyuError):
    """No rejected event of this choice waits any more. Reload the page; somebody may have replayed or dropped them."""

    code = "event_rejects_none"
    status = 409
    zh = "所选范围内已没有等待处理的被拒事件。请刷新页面；可能已被重放或丢弃。"


class OriginMissing(SiyuError):
    """A key for pages needs the sites it stands on. Name at least one, like https://shop.example.com."""

    code = "origin_missing"
    status = 422
    zh = "网页密钥需要写明用在哪些站点。请至少填写一个，例如 https://shop.example.com。"


class OriginMalformed(SiyuError):
    """{origin} is no origin. Write https://shop.example.com without a path, https://*.example.com for all below it, or
    wx: and the AppID of a mini program.
    """

    code = "origin_malformed"
    status = 422
    zh = (
        "{origin} 不是来源站点。请写 https://shop.example.com（不带路径）、https://*.example.com（其下全部），"
        "或 wx: 加小程序 AppID。"
    )


class OriginNotAllowed(SiyuError):
    """Pages of {origin} may not send events with this key. Add the site to the key's origins in the console."""

    code = "origin_not_allowed"
    status = 403
    zh = "{origin} 的页面不能用这个密钥发送事件。请在控制台把该站点加入密钥的来源站点。"


class WebhookMappingInvalid(SiyuError):
    """The mapping cannot be kept, at {part}: {why}. Mend the expression; the preview shows what it finds."""

    code = "webhook_mapping_invalid"
    status = 422
    zh = "映射无法保存，{part}：{why}。请修正表达式；预览会显示它找到什么。"


class WebhookSecretMissing(SiyuError):
    """A signed webhook needs the secret that its sender signs with. Enter it, or say expressly that there is none."""

    code = "webhook_secret_missing"
    status = 422
    zh = "带签名的 Webhook 需要发送方用来签名的密钥。请填写，或明确选择不校验签名。"


class WebhookSignatureWrong(SiyuError):
    """The signature is missing or wrong. Sign the body by HMAC-SHA256 with the webhook's secret, as its page says."""

    code = "webhook_signature_wrong"
    status = 401
    zh = "签名缺失或不正确。请按 Webhook 的设置，用其密钥以 HMAC-SHA256 对请求体签名。"


class WebhookTooOld(SiyuError):
    """The timestamp is more than five minutes off. Set the sender's clock, and sign again when sending again."""

    code = "webhook_too_old"
    status = 401
    zh = "时间戳与现在相差超过五分钟。请校准发送方的时钟，重发时重新签名。"


class WebhookOff(SiyuError):
    """This webhook is switched off. Switch it on in the console, under event sources."""

    code = "webhook_off"
    status = 403
    zh = "这个 Webhook 已停用。请在控制台的「事件来源」中启用。"
