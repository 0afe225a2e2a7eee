"""A file is read whole or refused, with file, line, column and what to do."""

from pathlib import Path

import numpy as np
import pytest

from siyu.experiments import errors
from siyu.experiments.api import Columns, units_of_file
from siyu.kernel.errors import SiyuError

HEADER = "customer,arm,sales,before\n"
GOOD = HEADER + "1,a,10,1\n2,a,20,2\n3,b,30,3\n4,b,40,4\n"
COLUMNS = Columns("customer", "arm", ("sales",), "before")


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "test.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(folder: Path, content: str | bytes, columns: Columns = COLUMNS, control: str = "a") -> SiyuError:
    with pytest.raises(SiyuError) as caught:
        units_of_file(written(folder, content), columns=columns, control=control)
    return caught.value


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        # nothing at all
        ("", errors.ExperimentFileEmpty, ["test.csv", "one row per unit"]),
        # a header and no rows
        (HEADER, errors.ExperimentFileEmpty, ["test.csv"]),
        # only blank lines below the header
        (HEADER + ",,,\n\n", errors.ExperimentFileEmpty, ["test.csv"]),
        # the column is spelled differently
        (GOOD.replace("sales", "Sales"), errors.ExperimentColumnMissing, ['"sales"', "customer, arm, Sales"]),
        # tabs instead of commas show as one long name
        (GOOD.replace(",", "\t"), errors.ExperimentColumnMissing, ['"customer"']),
        # two columns of one name: which one is meant?
        (GOOD.replace("before", "sales"), errors.ExperimentColumnTwice, ['"sales"', "in the header twice"]),
        # words where a number belongs; the quoted cell spans two lines, so the row ends in line 4
        (
            HEADER + '"1\n1",a,1,1\n2,a,none,2\n',
            errors.ExperimentCellNotNumber,
            ["line 4", '"sales"', '"none"'],
        ),
        # a blank is not zero
        (
            GOOD.replace("3,b,30,3", "3,b,,3"),
            errors.ExperimentCellNotNumber,
            ["line 4", '"sales"', "0 for a unit"],
        ),
        # thousands separators
        (GOOD.replace("30", '"1,030"'), errors.ExperimentCellNotNumber, ['"1,030"', "separators"]),
        # Python would read this one; nobody else would
        (GOOD.replace("30", "1_030"), errors.ExperimentCellNotNumber, ["1_030"]),
        # a result of somebody's division by zero
        (GOOD.replace("30", "NaN"), errors.ExperimentCellNotNumber, ['"NaN"']),
        (GOOD.replace("30", "inf"), errors.ExperimentCellNotNumber, ['"inf"']),
        # the covariate is checked as the metric is
        (GOOD.replace("30,3", "30,x"), errors.ExperimentCellNotNumber, ["line 4", '"before"']),
        # a row without unit, a row without arm
        (GOOD.replace("3,b", ",b"), errors.ExperimentCellBlank, ["line 4", '"customer"']),
        (GOOD.replace("3,b", "3, "), errors.ExperimentCellBlank, ["line 4", '"arm"']),
        # a comma too many
        (GOOD.replace("30,3", "30,3,9"), errors.ExperimentRowRagged, ["line 4", "5 cells", "header of 4"]),
        # one customer on both sides
        (GOOD + "1,b,5,1\n", errors.UnitInTwoArms, ["line 6", '"1"', 'arm "b"', 'arm "a"', "line 2"]),
        # a value from before that differs between rows of a unit
        (GOOD + "1,a,5,7\n", errors.CovariateChanges, ["line 6", '"before"', "7.0", "1.0"]),
        # nobody to compare with
        (GOOD.replace(",b,", ",a,"), errors.TooFewArms, ['"arm"', '"a"']),
        # an arm of one
        (HEADER + "1,a,1,1\n2,a,2,2\n3,b,3,3\n", errors.TooFewUnits, ['"b"', "1 unit", "at least 2"]),
        # the unit's column given as the arm's
        (
            HEADER + "".join(f"{unit},arm{unit},1,1\n" for unit in range(99)),
            errors.TooManyArms,
            ["line 52", "50", "not the unit's"],
        ),
        # a workbook renamed to .csv
        (b"PK\x03\x04\x00\x00\x00", errors.ExperimentFileUnreadable, ["binary", "CSV"]),
        # neither UTF-8 nor GB18030
        (GOOD.encode() + b"\xff\xff\xff\n", errors.ExperimentFileUnreadable, ["UTF-8", "GB18030"]),
        # a quote that never closes swallows more than a cell may hold
        (GOOD + '"' + "x" * 200_000, errors.ExperimentFileUnreadable, ["line", "not CSV"]),
    ],
)
def test_a_bad_file_is_refused_in_words(
    tmp_path: Path, content: str | bytes, error: type[SiyuError], words: list[str]
) -> None:
    found = refused(tmp_path, content)
    assert type(found) is error
    assert [word for word in ["test.csv", *words] if word not in found.message] == []
    assert "<" not in found.message, "a detail is missing"


def test_an_unknown_control_names_the_arms_there_are(tmp_path: Path) -> None:
    found = refused(tmp_path, GOOD, control="c")
    assert type(found) is errors.ControlUnknown
    assert "a, b" in found.message


def test_a_column_has_one_role(tmp_path: Path) -> None:
    found = refused(tmp_path, GOOD, Columns("customer", "arm", ("sales", "sales")))
    assert type(found) is errors.ExperimentColumnTwice


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.ExperimentFileUnreadable, match=r"absent\.csv cannot be read: No such file"):
        units_of_file(tmp_path / "absent.csv", columns=COLUMNS, control="a")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(errors.ExperimentFileUnreadable, match="directory"):
        units_of_file(tmp_path, columns=COLUMNS, control="a")


def test_rows_of_one_unit_add_up_and_its_covariate_does_not(tmp_path: Path) -> None:
    units = units_of_file(written(tmp_path, GOOD + "1,a,5,1\n1,a,-2,1\n"), columns=COLUMNS, control="a")
    assert units.metrics["sales"].tolist() == [13, 20, 30, 40]
    assert units.covariate
    assert units.covariate[1].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headers_and_arms_are_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    content = "客户,组,销售额\n1,对照组,10\n2,对照组,20\n3,触达组,30\n4,触达组,40\n"
    units = units_of_file(
        written(tmp_path, content.encode(encoding)),
        columns=Columns("客户", "组", ("销售额",)),
        control="对照组",
    )
    assert set(units.arm_names) == {"对照组", "触达组"}
    assert np.array_equal(units.metrics["销售额"], [10, 20, 30, 40])


def test_spaces_and_line_ends_of_other_systems_do_not_matter(tmp_path: Path) -> None:
    content = GOOD.replace(",", " , ").replace("\n", "\r\n") + "\r\n"
    units = units_of_file(written(tmp_path, content), columns=COLUMNS, control="a")
    assert units.metrics["sales"].sum() == 100
