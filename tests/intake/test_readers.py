"""Every layout of file gives the same rows of text, and every bad row is set apart with its place."""

# ruff: noqa: DTZ001 - wall clocks, before a zone is known, are what these tests are about

import gzip
import io
import tarfile
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from siyu.intake.contracts import FileFormat, FileOptions
from siyu.intake.readers.source import Source, content_sha256, open_source, sample_rows
from tests.intake.makers import shared

HEADER = ["订单编号", "收货地址 ", "金额"]
ROWS = [["1", "上海", "178.8"], ["2", "内蒙古自治区", "21.0"], ["3", "", "-5"]]
NAMES = ("订单编号", "收货地址", "金额")


def text_of(delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in [HEADER, *ROWS])


def rows_of(source: Source) -> list[dict[str, str | None]]:
    return [row for batch in source.batches() for row in batch.rows.to_pylist()]


def values_of(source: Source) -> list[list[str | None]]:
    return [[row[name] for name in source.columns] for row in rows_of(source)]


def rejects_of(source: Source) -> list[tuple[int, str, str]]:
    return [
        (reject.line, reject.column, reject.reason_code)
        for batch in source.batches()
        for reject in batch.rejects
    ]


def make_file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def make_tar(path: Path, members: dict[str, str], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def make_workbook(path: Path, rows: list[list[object]], title: str = "订单") -> Path:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


TEXTS = [
    ("comma.csv", text_of().encode(), FileFormat.CSV, "utf-8"),
    ("marked.csv", text_of().encode("utf-8-sig"), FileFormat.CSV, "utf-8-sig"),  # as Excel saves UTF-8
    ("gbk.csv", text_of().encode("gbk"), FileFormat.CSV, "gb18030"),  # as Chinese back offices save
    ("utf16.csv", text_of("\t").encode("utf-16"), FileFormat.TSV, "utf-16"),  # as Excel saves "Unicode text"
    ("tabs.tsv", text_of("\t").encode(), FileFormat.TSV, "utf-8"),
    ("semicolons.csv", text_of(";").encode(), FileFormat.CSV, "utf-8"),  # as European Excel saves
    ("bars.txt", text_of("|").encode(), FileFormat.CSV, "utf-8"),
    ("packed.csv.gz", gzip.compress(text_of().encode("gbk")), FileFormat.CSV, "gb18030"),
    (
        "a name that lies.parquet",
        text_of().encode(),
        FileFormat.CSV,
        "utf-8",
    ),  # content decides, not the name
]


@pytest.mark.parametrize(("name", "content", "kind", "encoding"), TEXTS, ids=[row[0] for row in TEXTS])
def test_a_text_file_is_read_whatever_its_dialect(tmp_path, name, content, kind, encoding):
    source = open_source(make_file(tmp_path, name, content))
    assert (source.columns, source.format, source.encoding) == (NAMES, kind, encoding)
    assert values_of(source) == ROWS
    assert [row["_line"] for row in rows_of(source)] == [2, 3, 4]
    assert source.bytes_read == source.bytes_total == len(content)


def test_columns_set_apart_by_blanks_are_read_with_and_without_header(tmp_path):
    header = " customer_id  date number_of_cds  dollar_value\r\n"
    text = header + " 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n"
    source = open_source(make_file(tmp_path, "master.txt", text))
    assert source.format is FileFormat.WHITESPACE
    assert values_of(source) == [["00001", "19970101", "1", "11.77"], ["00002", "19970112", "1", "12.00"]]
    bare = make_file(tmp_path, "sample.txt", text.split("\n", 1)[1])
    named = open_source(bare, FileOptions(header=("id", "date", "cds", "usd")))
    assert rows_of(named)[0] == {
        "id": "00001", "date": "19970101", "cds": "1", "usd": "11.77", "_file": "sample.txt", "_line": 1
    }  # fmt: skip


def test_archives_and_folders_are_read_member_by_member(tmp_path):
    members = {
        "day/b.csv": "id,v\n3,z\n",
        "day/a.csv": "id,v\n1,x\n2,y\n",
        ".hidden.csv": "other\n",
        "_SUCCESS": "",
    }
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    for name, text in members.items():
        make_file(tmp_path / "folder", name, text)
    make_file(tmp_path / "folder", "day/c.csv.gz", gzip.compress(b"id,v\n4,w\n"))
    by_name = [("day/a.csv", 2, "1"), ("day/a.csv", 3, "2"), ("day/b.csv", 2, "3")]
    found = {
        path.name: [(row["_file"], row["_line"], row["id"]) for row in rows_of(open_source(path))]
        for path in (
            tmp_path / "all.zip",
            tmp_path / "folder",
            make_tar(tmp_path / "all.tar.gz", members),
            make_tar(tmp_path / "all.tar", members, "w"),
        )
    }
    assert found["all.zip"] == by_name
    assert found["folder"] == [*by_name, ("day/c.csv", 2, "4")]
    assert sorted(found["all.tar.gz"]) == sorted(found["all.tar"]) == by_name


def test_a_workbook_gives_its_cells_as_text_and_its_row_numbers(tmp_path):
    rows = [
        ["单号", "时间", "数量", "价", "是"],
        ["A1", datetime(2026, 5, 1, 10, 0), 2.0, 9.9, True],
        [],
        ["A2", None, 3],
    ]
    path = make_workbook(tmp_path / "book.xlsx", rows)
    source = open_source(path)
    assert values_of(source) == [["A1", "2026-05-01 10:00:00", "2", "9.9", "true"], ["A2", "", "3", "", ""]]
    assert [row["_line"] for row in rows_of(source)] == [2, 4]
    assert source.bytes_read == source.bytes_total


def test_parquet_is_text_in_one_canonical_spelling(tmp_path):
    table = pa.table(
        {
            "number": pa.array([1, None], pa.int64()),
            "fraction": pa.array([0.5, 17850.0]),
            "money": pa.array([Decimal("1.50"), Decimal("-100.25")]),
            "zoned": pa.array([datetime(2026, 5, 1, 2, tzinfo=UTC)] * 2, pa.timestamp("ns", "Asia/Shanghai")),
            "local": pa.array([datetime(2026, 5, 1, 2)] * 2, pa.timestamp("ns")),
            "word": pa.array(["a", "b"]).dictionary_encode(),
            "flag": pa.array([True, False]),
            "void": pa.nulls(2),
        }
    )
    path = tmp_path / "t.parquet"
    pq.write_table(table, path)
    source = open_source(path, FileOptions(batch_rows=1))
    first, second = values_of(source)
    moments = ["2026-05-01 02:00:00.000000Z", "2026-05-01 02:00:00.000000"]
    assert first == ["1", "0.5", "1.50", *moments, "a", "true", None]
    assert second == [None, "17850", "-100.25", *moments, "b", "false", None]
    assert [row["_line"] for row in rows_of(source)] == [1, 2]
    assert source.bytes_read == source.bytes_total == path.stat().st_size


RAGGED = [
    ("id,v\n1,x\n2\n3,z\n", [(3, "", "too_few_fields")]),  # a field is missing
    ("id,v\n1,x\n2,y,q\n3,z\n", [(3, "", "too_many_fields")]),  # a comma without quotes
    ('id,v\n1,"two\nlines"\n2\n3,z\n', [(4, "", "too_few_fields")]),  # lines are counted as an editor shows them
    ("id,v\n1,x\n2,a\0b\n3,z\n", [(3, "v", "nul_byte")]),
    (b"id,v\n1,\xe4\xb8\x8a\xe6\xb5\xb7" + "上海" .encode() * 50 + b"\n2,\xff\xfe\n3,z\n", [(3, "v", "undecodable")]),
    (f"id,v\n1,x\n2,{'y' * 70_000}\n3,z\n", [(3, "v", "too_long")]),
    (f'id,v\n1,x\n2,"{"y" * 140_000}\n3,z\n', [(3, "", "unclosed_quote")]),  # reading goes on on the line behind
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), RAGGED)
def test_a_bad_row_is_set_apart_with_its_line_and_the_others_are_read(tmp_path, content, expected):
    source = open_source(make_file(tmp_path, "bad.csv", content))
    assert rejects_of(source) == expected
    assert [row["id"] for row in rows_of(source)] == ["1", "3"]


def test_rows_are_the_same_whatever_the_size_of_a_batch(tmp_path):
    lines = [f'{n},"text {n}\nsecond"' if n % 7 == 0 else f"{n},plain" for n in range(100)]
    path = make_file(tmp_path, "many.csv", "id,v\n" + "\n".join(lines) + "\n\n")
    whole = rows_of(open_source(path))
    assert len(whole) == 100
    assert whole[99]["_line"] == 2 + 99 + len(range(0, 99, 7))
    for size in (1, 3, 50, 100):
        source = open_source(path, FileOptions(batch_rows=size))
        assert rows_of(source) == whole
        assert all(batch.rows.num_rows <= size for batch in source.batches())


def test_a_sample_shows_the_first_rows(tmp_path):
    path = make_file(tmp_path, "many.csv", "id\n" + "\n".join(f"n{n}" for n in range(500)))
    assert [row["id"] for row in sample_rows(open_source(path), 2)] == ["n0", "n1"]


def test_the_hash_is_of_the_content_and_not_of_the_name(tmp_path):
    one, other = make_file(tmp_path, "a.csv", "id\nx\n"), make_file(tmp_path, "b.csv", "id\nx\n")
    assert content_sha256(one) == content_sha256(other) == open_source(one).sha256()
    make_file(tmp_path / "f", "a.csv", "id\nx\n")
    before = content_sha256(tmp_path / "f")
    make_file(tmp_path / "f", "b.csv", "id\ny\n")
    assert content_sha256(tmp_path / "f") != before


REAL = [
    ("online_retail/retail-data-by-day.tar.gz", None, 541_909, 8),
    ("cdnow/CDNOW_master.txt", None, 69_659, 4),
    ("cdnow/CDNOW_sample.txt", ("master_id", "sample_id", "date", "cds", "usd"), 6_919, 5),
    ("chinese_retail_orders/tmall_order_report.csv", None, 28_010, 7),
    ("chinese_retail_orders/cosmetic_1111.csv", None, 27_598, 7),
    ("dunnhumby_completejourney/products.parquet", None, 92_331, 7),
    ("dunnhumby_completejourney/transactions.parquet", None, 1_469_307, 11),
]


@pytest.mark.parametrize(("path", "header", "rows", "width"), REAL, ids=[row[0] for row in REAL])
def test_a_public_data_set_is_read_to_its_last_row(path, header, rows, width):
    source = open_source(shared(path), FileOptions(header=header))
    batches = list(source.batches())
    assert sum(batch.rows.num_rows for batch in batches) == rows
    assert [reject for batch in batches for reject in batch.rejects] == []
    assert len(source.columns) == width
    assert source.bytes_read == source.bytes_total
