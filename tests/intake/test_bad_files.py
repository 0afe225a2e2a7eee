"""A file that cannot be read is refused before a row is taken, in words that say how to mend it."""

import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from siyu.intake.contracts import FileOptions
from siyu.intake.errors.files import (
    ColumnsMissing,
    EncodingUnknown,
    FileBinary,
    FileDamaged,
    FileEmpty,
    FileMissing,
    FormatUnsupported,
    HeaderMissing,
    HeadersDiffer,
    SheetMissing,
)
from siyu.intake.readers.source import check_columns, open_source
from tests.intake.makers import make_map
from tests.intake.test_readers import make_file, make_workbook

RANDOM = bytes((n * 7919 + n // 3) % 256 for n in range(4000))

BAD = [
    ("nothing.csv", b"", FileEmpty, "holds no rows"),
    ("blank.csv", b" \r\n\r\n", FileEmpty, "holds no rows"),
    ("nothing.csv.gz", gzip.compress(b""), FileEmpty, "holds no rows"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n" + RANDOM, FileBinary, "a PNG picture"),
    ("document.csv", b"%PDF-1.7\n" + RANDOM, FileBinary, "a PDF document"),
    ("noise.csv", b"\x01\x02\x03" + RANDOM, FileBinary, "binary data"),
    ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + RANDOM, FormatUnsupported, "Save it as .xlsx or CSV"),
    ("packed.rar", b"Rar!\x1a\x07\x00" + RANDOM, FormatUnsupported, "Unpack it"),
    (
        "cut.csv.gz",
        gzip.compress(b"id,v\n" + RANDOM.hex(",").encode().replace(b",", b",1\n"))[:-400],
        FileDamaged,
        "breaks off or is damaged",
    ),
    ("cut.xlsx", b"PK\x03\x04" + RANDOM, FileDamaged, "breaks off or is damaged"),
    ("cut.parquet", b"PAR1" + RANDOM, FileDamaged, "breaks off or is damaged"),
    ("bare.csv", b"00004,19970101,29.33\n00004,19970118,29.73\n", HeaderMissing, "file: header:"),
    (
        "latin.csv",
        "naïve,b\n".encode("latin-1") + b"\xe9\xff\xff\x80 ,1\n" * 50,
        EncodingUnknown,
        "file: encoding:",
    ),
]


@pytest.mark.parametrize(("name", "content", "refusal", "words"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_file_is_refused_with_the_remedy(tmp_path, name, content, refusal, words):
    path = make_file(tmp_path, name, content)
    with pytest.raises(refusal) as caught:
        list(open_source(path).batches())
    assert words in caught.value.message
    assert Path(name).stem in caught.value.message


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileMissing, match=r"no file or folder .*absent\.csv"):
        open_source(tmp_path / "absent.csv")


def test_an_empty_folder_or_archive_is_refused(tmp_path):
    (tmp_path / "folder").mkdir()
    make_file(tmp_path / "folder", "README.md", "not a table")
    with zipfile.ZipFile(tmp_path / "none.zip", "w"):
        pass
    for path in (tmp_path / "folder", tmp_path / "none.zip"):
        with pytest.raises(FileEmpty):
            open_source(path)


def test_members_with_other_columns_are_refused_with_both_headers(tmp_path):
    make_file(tmp_path / "f", "a.csv", "id,v\n1,x\n")
    make_file(tmp_path / "f", "b.csv", "id,w\n1,x\n")
    with pytest.raises(HeadersDiffer, match=r"b\.csv has other columns \(id, w\) than a\.csv \(id, v\)"):
        list(open_source(tmp_path / "f").batches())
    for name in ("id", "other"):
        pq.write_table(pa.table({name: [1]}), tmp_path / f"{name}.parquet")
    with pytest.raises((HeadersDiffer, FormatUnsupported)):
        open_source(tmp_path)


def test_nested_parquet_is_refused_by_the_name_of_its_column(tmp_path):
    pq.write_table(pa.table({"items": [[1, 2]]}), tmp_path / "n.parquet")
    with pytest.raises(FormatUnsupported, match="items"):
        open_source(tmp_path / "n.parquet")


def test_a_workbook_without_the_sheet_names_those_it_has(tmp_path):
    path = make_workbook(tmp_path / "b.xlsx", [["id"], ["x"]])
    with pytest.raises(SheetMissing, match="It has: 订单"):
        open_source(path, FileOptions(sheet="五月"))
    with pytest.raises(FileEmpty):
        open_source(make_workbook(tmp_path / "e.xlsx", []))


def test_missing_columns_are_named_with_those_found_and_the_nearest(tmp_path):
    source = open_source(make_file(tmp_path, "o.csv", "InvoiceNum,When,Amount\nA,2026-01-01,1\n"))
    import_map = make_map({"order_key": "InvoiceNo", "ordered_at": "When", "amount": "Total"})
    with pytest.raises(ColumnsMissing) as caught:
        check_columns(source, import_map)
    message = caught.value.message
    assert "no column InvoiceNo, Total" in message
    assert "InvoiceNo may be InvoiceNum" in message
    assert "It has: InvoiceNum, When, Amount" in message


def test_a_bad_byte_late_in_a_large_file_costs_its_row_only(tmp_path):
    good = "1,上海\n".encode() * 150_000
    source = open_source(make_file(tmp_path, "late.csv", b"id,v\n" + good + b"2,\xff\xff\n3,x\n"))
    batches = list(source.batches())
    assert sum(batch.rows.num_rows for batch in batches) == 150_001
    assert [(r.line, r.reason_code) for batch in batches for r in batch.rejects] == [(150_002, "undecodable")]
