"""What intake refuses to read or to believe, and how to mend it."""

from siyu.kernel.errors import SiyuError


class FileMissing(SiyuError):
    """There is no file or folder {path}. Check the path; relative paths start where the command runs."""

    code = "file_missing"
    status = 404
    zh = "没有文件或文件夹 {path}。请检查路径；相对路径从命令运行的目录算起。"


class FileEmpty(SiyuError):
    """{path} holds no rows. Export the file again and check that something is in it."""

    code = "file_empty"
    status = 422
    zh = "{path} 里没有任何行。请重新导出并确认其中有内容。"


class FileBinary(SiyuError):
    """{path} is not a table: it looks like {looks_like}. Siyu reads CSV, TSV, text columns, XLSX and Parquet."""

    code = "file_binary"
    status = 422
    zh = "{path} 不是表格，看起来是 {looks_like}。可读取 CSV、TSV、空白分列文本、XLSX 和 Parquet。"


class FormatUnsupported(SiyuError):
    """{path} is {looks_like}, which Siyu does not read. {remedy}"""

    code = "file_format_unsupported"
    status = 422
    zh = "{path} 是 {looks_like}，暂不支持。{remedy}"


class FileDamaged(SiyuError):
    """{path} breaks off or is damaged: {why}. Copy or export it again; nothing has been imported."""

    code = "file_damaged"
    status = 422
    zh = "{path} 不完整或已损坏：{why}。请重新复制或导出；未导入任何内容。"


class HeaderMissing(SiyuError):
    """{path} has no line of column names: its first line is {first_line}. List the names under file: header: in
    the map.
    """

    code = "file_header_missing"
    status = 422
    zh = "{path} 没有列名行：第一行是 {first_line}。请在映射的 file: header: 下列出列名。"


class ColumnsMissing(SiyuError):
    """{path} has no column {missing}. {nearest}It has: {found}. Correct the names in the map, or pick the map
    made for this file.
    """

    code = "file_columns_missing"
    status = 422
    zh = "{path} 没有列 {missing}。{nearest}文件中有：{found}。请修正映射中的列名，或改用适合此文件的映射。"


class HeadersDiffer(SiyuError):
    """{member} has other columns ({found}) than {first} ({expected}). Import files of different layout one by
    one, each with its map.
    """

    code = "file_headers_differ"
    status = 422
    zh = "{member} 的列（{found}）与 {first}（{expected}）不同。请把不同格式的文件分开导入，各用各的映射。"


class EncodingUnknown(SiyuError):
    """{path} is neither UTF-8 nor GBK (GB18030). Say which it is under file: encoding: in the map, or save it
    as UTF-8.
    """

    code = "file_encoding_unknown"
    status = 422
    zh = "{path} 既不是 UTF-8 也不是 GBK（GB18030）。请在映射的 file: encoding: 下注明编码，或另存为 UTF-8。"


class SheetMissing(SiyuError):
    """{path} has no sheet {sheet}. It has: {found}."""

    code = "file_sheet_missing"
    status = 422
    zh = "{path} 没有工作表 {sheet}。现有：{found}。"


class MapInvalid(SiyuError):
    """{map}, field {field}: {why}. {remedy}"""

    code = "import_map_invalid"
    status = 422
    zh = "{map}，字段 {field}：{why}。{remedy}"


class PresetUnknown(SiyuError):
    """There is no preset {name}. There are: {known}."""

    code = "import_preset_unknown"
    status = 404
    zh = "没有预设 {name}。现有：{known}。"


class CurrencyNeedsRate(SiyuError):
    """The file is in {file_currency}, the brand reports in {brand_currency}. Give the rate, {brand_currency} for one
    {file_currency}: in the last step of the wizard, or with --rate in the terminal.
    """

    code = "currency_needs_rate"
    status = 422
    zh = (
        "文件币种为 {file_currency}，品牌以 {brand_currency} 记账。请给出汇率（1 {file_currency} 合多少"
        " {brand_currency}）：在导入向导的最后一步，或在命令行用 --rate。"
    )


class FileChanged(SiyuError):
    """{file} is not the file that was looked at: its content changed meanwhile. Start the import again."""

    code = "file_changed"
    status = 409
    zh = "{file} 的内容在预览之后发生了变化。请重新开始导入。"


class TooManyBadRows(SiyuError):
    """{bad} of {rows} rows cannot be taken, more than the {allowed} allowed; nothing was imported. Mostly:
    {reasons}. Mend the map or the file (the file of rejected rows says where), or allow a larger share of bad rows:
    in the last step of the wizard, or with --max-bad in the terminal.
    """

    code = "too_many_bad_rows"
    status = 422
    zh = (
        "{rows} 行中有 {bad} 行无法接受，超过允许的 {allowed}；未导入任何内容。主要原因：{reasons_zh}。请修正"
        "映射或文件（拒收文件指明了位置），或放宽允许的拒收比例：在导入向导的最后一步，或在命令行用 --max-bad。"
    )


class ImportNotDone(SiyuError):
    """Import {import_id} is {state}: only an import that is done can be undone."""

    code = "import_not_done"
    status = 409
    zh = "导入 {import_id} 的状态是 {state}：只有已完成的导入可以撤销。"


class ImportStillNeeded(SiyuError):
    """Import {later} left out rows because import {import_id} had brought them. Undo import {later} first."""

    code = "import_still_needed"
    status = 409
    zh = "导入 {later} 略过了由导入 {import_id} 带来的行。请先撤销导入 {later}。"


class ImportBusy(SiyuError):
    """Another import of this brand is at work, or is being taken back. Wait until it has ended."""

    code = "import_busy"
    status = 503
    zh = "该品牌的另一个导入或撤销正在进行，请等它结束。"


class ImportInterrupted(SiyuError):
    """PostgreSQL or the program stopped while {file} was imported (import {import_id}); nothing of it is
    visible. An uploaded file is taken up again by itself; a command is to be given again: nothing will be
    doubled.
    """

    code = "import_interrupted"
    status = 503
    zh = (
        "导入 {file}（导入 {import_id}）时 PostgreSQL 或程序中断；其中内容均不可见。上传的文件会自动继续；命"
        "令请重新执行，不会重复。"
    )


class ImportDiskFull(SiyuError):
    """The disk is full: {file} was not imported, and nothing of it is kept. Make room and import it again."""

    code = "import_disk_full"
    status = 507
    zh = "磁盘已满：{file} 未导入，也没有留下任何内容。请腾出空间后重新导入。"


class UploadTooLarge(SiyuError):
    """The file is larger than the {limit_mb} MB that may be uploaded. Import it on the server with `siyu
    import`.
    """

    code = "upload_too_large"
    status = 413
    zh = "文件超过可上传的 {limit_mb} MB。请在服务器上用 `siyu import` 命令导入。"


class MapOrPreset(SiyuError):
    """Give either a map or the name of a preset, and only one of them."""

    code = "map_or_preset"
    status = 422
    zh = "请给出映射或预设名称，二者只能选其一。"


class KindDiffers(SiyuError):
    """The map {map} describes {found}, not {wanted}. Pick the map or the kind that fits the file."""

    code = "import_kind_differs"
    status = 422
    zh = "映射 {map} 描述的是 {found}，而不是 {wanted}。请选择与文件相符的映射或类型。"


class MapNeeded(SiyuError):
    """No preset fits the columns of {path}. Save the guess above as a file, correct it, and give it with --map."""

    code = "import_map_needed"
    status = 422
    zh = "没有预设与 {path} 的列相符。请将上面的猜测存为文件，修正后用 --map 给出。"


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
