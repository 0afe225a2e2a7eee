"""What the analysis refuses, and how to mend it."""

from siyu.kernel.errors import SiyuError


class ExperimentFileUnreadable(SiyuError):
    """{file} cannot be read: {why}. Give a CSV file in UTF-8 or GB18030 with a header line."""

    code = "experiment_file_unreadable"
    status = 422


class ExperimentFileEmpty(SiyuError):
    """{file} has no rows below its header. Export one row per unit, with its arm and metrics, and try again."""

    code = "experiment_file_empty"
    status = 422


class ExperimentFileTooLong(SiyuError):
    """{file} has more than {rows_max} rows. Sum the metrics per unit first, so that there is one row per unit."""

    code = "experiment_file_too_long"
    status = 422


class ExperimentColumnMissing(SiyuError):
    """{file} has no column "{column}" in line 1. It has: {columns}. Use one of these names, letter for letter."""

    code = "experiment_column_missing"
    status = 422


class ExperimentColumnTwice(SiyuError):
    """{file}: column "{column}" is {why}. Give every role and every metric a column of its own."""

    code = "experiment_column_twice"
    status = 422


class ExperimentRowRagged(SiyuError):
    """{file}, line {line}: {cells} cells under a header of {columns}.
    Put quotes round cells that hold a comma, and complete or remove the line.
    """

    code = "experiment_row_ragged"
    status = 422


class ExperimentCellBlank(SiyuError):
    """{file}, line {line}, column "{column}": the cell is blank. Every row needs its unit and its arm; fill it
    in or remove the row.
    """

    code = "experiment_cell_blank"
    status = 422


class ExperimentCellNotNumber(SiyuError):
    """{file}, line {line}, column "{column}": "{value}" is not a number. Write plain digits such as 1234.50,
    without thousands separators or currency signs, and 0 for a unit that did nothing.
    """

    code = "experiment_cell_not_number"
    status = 422


class UnitInTwoArms(SiyuError):
    """{file}, line {line}, column "{column}": unit "{unit}" is in arm "{arm}" here and in arm "{other_arm}" in
    line {other_line}. A unit keeps the arm it was assigned; correct the assignment or leave the unit out.
    """

    code = "experiment_unit_in_two_arms"
    status = 422


class CovariateChanges(SiyuError):
    """{file}, line {line}, column "{column}": unit "{unit}" has {value} here and {other_value} in an earlier
    line. A value from before the experiment is one per unit; repeat the same value on each of its rows.
    """

    code = "experiment_covariate_changes"
    status = 422


class ControlUnknown(SiyuError):
    """{file}, column "{column}": no row is in the control arm "{control}". The arms are: {arms}. Name one of them."""

    code = "experiment_control_unknown"
    status = 422


class TooFewArms(SiyuError):
    """{file}, column "{column}": every row is in arm "{arm}". A comparison needs a control and at least one
    other arm; add the rows of the other arm, with 0 for those who did nothing.
    """

    code = "experiment_too_few_arms"
    status = 422


class TooManyArms(SiyuError):
    """{file}, line {line}, column "{column}": more than {arms_max} different arms. Check that this is the arm's
    column and not the unit's.
    """

    code = "experiment_too_many_arms"
    status = 422


class TooFewUnits(SiyuError):
    """{file}, column "{column}": arm "{arm}" has {units} unit, and at least {units_min} are needed to see any
    spread. Add units or leave the arm out.
    """

    code = "experiment_too_few_units"
    status = 422
