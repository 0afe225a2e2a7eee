"""What the analysis refuses, and how to mend it."""

from siyu.kernel.errors import SiyuError


class ExperimentFileUnreadable(SiyuError):
    """{file} cannot be read: {why}. Give a CSV file in UTF-8 or GB18030 with a header line."""

    code = "experiment_file_unreadable"
    status = 422
    zh = "无法读取 {file}：{why}。请提供带表头、UTF-8 或 GB18030 编码的 CSV 文件。"


class ExperimentFileEmpty(SiyuError):
    """{file} has no rows below its header. Export one row per unit, with its arm and metrics, and try again."""

    code = "experiment_file_empty"
    status = 422
    zh = "{file} 的表头下面没有数据。请按每个单位一行导出分组与指标后重试。"


class ExperimentFileTooLong(SiyuError):
    """{file} has more than {rows_max} rows. Sum the metrics per unit first, so that there is one row per unit."""

    code = "experiment_file_too_long"
    status = 422
    zh = "{file} 超过 {rows_max} 行。请先按单位汇总指标，使每个单位只有一行。"


class ExperimentColumnMissing(SiyuError):
    """{file} has no column "{column}" in line 1. It has: {columns}. Use one of these names, letter for letter."""

    code = "experiment_column_missing"
    status = 422
    zh = "{file} 第 1 行没有列“{column}”。已有的列：{columns}。请逐字使用其中之一。"


class ExperimentColumnTwice(SiyuError):
    """{file}: column "{column}" is {why}. Give every role and every metric a column of its own."""

    code = "experiment_column_twice"
    status = 422
    zh = "{file}：列“{column}”{why}。请让每个角色和每个指标各用一列。"


class ExperimentRowRagged(SiyuError):
    """{file}, line {line}: {cells} cells under a header of {columns}.
    Put quotes round cells that hold a comma, and complete or remove the line.
    """

    code = "experiment_row_ragged"
    status = 422
    zh = "{file} 第 {line} 行有 {cells} 个单元格，而表头有 {columns} 列。请给含逗号的单元格加引号，并补全或删除该行。"


class ExperimentCellBlank(SiyuError):
    """{file}, line {line}, column "{column}": the cell is blank. Every row needs its unit and its arm; fill it
    in or remove the row.
    """

    code = "experiment_cell_blank"
    status = 422
    zh = "{file} 第 {line} 行，列“{column}”：单元格为空。每一行都需要单位与分组；请填写或删除该行。"


class ExperimentCellNotNumber(SiyuError):
    """{file}, line {line}, column "{column}": "{value}" is not a number. Write plain digits such as 1234.50,
    without thousands separators or currency signs, and 0 for a unit that did nothing.
    """

    code = "experiment_cell_not_number"
    status = 422
    zh = (
        "{file} 第 {line} 行，列“{column}”：“{value}”不是数字。"
        "请写成 1234.50 这样的数字，不带千位分隔符或货币符号；没有行为的单位写 0。"
    )


class UnitInTwoArms(SiyuError):
    """{file}, line {line}, column "{column}": unit "{unit}" is in arm "{arm}" here and in arm "{other_arm}" in
    line {other_line}. A unit keeps the arm it was assigned; correct the assignment or leave the unit out.
    """

    code = "experiment_unit_in_two_arms"
    status = 422
    zh = (
        "{file} 第 {line} 行，列“{column}”：单位“{unit}”在此处属于分组“{arm}”，"
        "在第 {other_line} 行却属于“{other_arm}”。单位应保持最初的分组；请更正，或去掉该单位。"
    )


class CovariateChanges(SiyuError):
    """{file}, line {line}, column "{column}": unit "{unit}" has {value} here and {other_value} in an earlier
    line. A value from before the experiment is one per unit; repeat the same value on each of its rows.
    """

    code = "experiment_covariate_changes"
    status = 422
    zh = (
        "{file} 第 {line} 行，列“{column}”：单位“{unit}”在此处为 {value}，在前面的行为 {other_value}。"
        "实验前的值每个单位只有一个；请在其每一行重复同一个值。"
    )


class ControlUnknown(SiyuError):
    """{file}, column "{column}": no row is in the control arm "{control}". The arms are: {arms}. Name one of them."""

    code = "experiment_control_unknown"
    status = 422
    zh = "{file}，列“{column}”：没有任何行属于对照组“{control}”。现有分组：{arms}。请填写其中之一。"


class TooFewArms(SiyuError):
    """{file}, column "{column}": every row is in arm "{arm}". A comparison needs a control and at least one
    other arm; add the rows of the other arm, with 0 for those who did nothing.
    """

    code = "experiment_too_few_arms"
    status = 422
    zh = (
        "{file}，列“{column}”：所有行都属于分组“{arm}”。"
        "比较需要一个对照组和至少一个其他分组；请补上其他分组的行，没有行为的写 0。"
    )


class TooManyArms(SiyuError):
    """{file}, line {line}, column "{column}": more than {arms_max} different arms. Check that this is the arm's
    column and not the unit's.
    """

    code = "experiment_too_many_arms"
    status = 422
    zh = "{file} 第 {line} 行，列“{column}”：分组超过 {arms_max} 个。请确认这一列是分组而不是单位。"


class TooFewUnits(SiyuError):
    """{file}, column "{column}": arm "{arm}" has {units} unit, and at least {units_min} are needed to see any
    spread. Add units or leave the arm out.
    """

    code = "experiment_too_few_units"
    status = 422
    zh = (
        "{file}，列“{column}”：分组“{arm}”只有 {units} 个单位，至少需要 {units_min} 个才能看出离散程度。"
        "请增加单位，或去掉该分组。"
    )
