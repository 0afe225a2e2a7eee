"""What intake refuses to read or to believe, and how to mend it."""

from siyu.kernel.errors import SiyuError


class FileMissing(SiyuError):
    """There is no file or folder {path}. Check the path; relative paths start where the command runs."""

    code = "file_missing"
    status = 404


class FileEmpty(SiyuError):
    """{path} holds no rows. Export the file again and check that something is in it."""

    code = "file_empty"
    status = 422


class FileBinary(SiyuError):
    """{path} is not a table: it looks like {looks_like}. Siyu reads CSV, TSV, text columns, XLSX and Parquet."""

    code = "file_binary"
    status = 422


class FormatUnsupported(SiyuError):
    """{path} is {looks_like}, which Siyu does not read. {remedy}"""

    code = "file_format_unsupported"
    status = 422


class FileDamaged(SiyuError):
    """{path} breaks off or is damaged: {why}. Copy or export it again; nothing has been imported."""

    code = "file_damaged"
    status = 422


class HeaderMissing(SiyuError):
    """{path} has no line of column names: its first line is {first_line}.

    List the names under file: header: in the map.
    """

    code = "file_header_missing"
    status = 422


class ColumnsMissing(SiyuError):
    """{path} has no column {missing}. {nearest}It has: {found}.

    Correct the names in the map, or pick the map made for this file.
    """

    code = "file_columns_missing"
    status = 422


class HeadersDiffer(SiyuError):
    """{member} has other columns ({found}) than {first} ({expected}).

    Import files of different layout one by one, each with its map.
    """

    code = "file_headers_differ"
    status = 422


class EncodingUnknown(SiyuError):
    """{path} is neither UTF-8 nor GBK (GB18030).

    Say which it is under file: encoding: in the map, or save it as UTF-8.
    """

    code = "file_encoding_unknown"
    status = 422


class SheetMissing(SiyuError):
    """{path} has no sheet {sheet}. It has: {found}."""

    code = "file_sheet_missing"
    status = 422


class MapInvalid(SiyuError):
    """{map}, field {field}: {why}. {remedy}"""

    code = "import_map_invalid"
    status = 422


class PresetUnknown(SiyuError):
    """There is no preset {name}. There are: {known}."""

    code = "import_preset_unknown"
    status = 404


class CurrencyNeedsRate(SiyuError):
    """The file is in {file_currency}, the brand reports in {brand_currency}. Give the rate: --rate RATE, {brand_currency} for one {file_currency}."""

    code = "currency_needs_rate"
    status = 422
    zh = "文件币种为 {file_currency}，品牌以 {brand_currency} 记账。请给出汇率：--rate 汇率（1 {file_currency} 合多少 {brand_currency}）。"


class FileChanged(SiyuError):
    """{file} is not the file that was looked at: its content changed meanwhile. Start the import again."""

    code = "file_changed"
    status = 409
    zh = "{file} 的内容在预览之后发生了变化。请重新开始导入。"


class TooManyBadRows(SiyuError):
    """{bad} of {rows} rows cannot be taken, more than the {allowed} allowed; nothing was imported. Mostly: {reasons}. Mend the map or the file (the rejects say where), or allow more with --max-bad."""

    code = "too_many_bad_rows"
    status = 422
    zh = "{rows} 行中有 {bad} 行无法接受，超过允许的 {allowed}；未导入任何内容。主要原因：{reasons}。请修正映射或文件（拒收文件指明了位置），或用 --max-bad 放宽。"


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
