"""What intake refuses to read of files, and how to mend it."""

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
    """The disk that holds {folder} is full ({free_mb} MB free): {file} was not imported, and nothing of it is kept.
    Make room there and import it again.
    """

    code = "import_disk_full"
    status = 507
    zh = "{folder} 所在的磁盘已满（剩余 {free_mb} MB）：{file} 未导入，也没有留下任何内容。请在该处腾出空间后重新导入。"


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
