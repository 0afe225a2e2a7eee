"""A file that lies sealed reads like the same file in clear, whatever its layout, and nobody can change it unseen."""

import gzip
import io
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from siyu.intake.errors.files import FileBinary, FileDamaged
from siyu.intake.readers.sealed import PIECE_BYTES, SealedFile, seal_stream, size_of
from siyu.intake.readers.source import content_sha256, open_source
from siyu.kernel.crypto import SEALED_BYTES_MIN, Cipher, WrongKey
from tests.intake.test_readers import ROWS, make_tar, make_workbook, text_of, values_of

CIPHER = Cipher(b"k" * 32)
SIZES = (1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 3 * PIECE_BYTES + 5)


def sealed(folder: Path, content: bytes, name: str = "订单.csv", context: str = "upload/1/a") -> SealedFile:
    path = folder / "sealed"
    assert seal_stream(io.BytesIO(content), path=path, context=context, cipher=CIPHER) == len(content)
    return SealedFile(path, name, context, CIPHER)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_read_back_from_any_place(tmp_path: Path, size: int) -> None:
    dice = random.Random(size)  # noqa: S311 -- no secret
    content = dice.randbytes(size)
    file = sealed(tmp_path, content)
    assert size_of(file) == size
    with file.open() as stream:
        assert stream.read() == content
        for _ in range(20):
            start, length = dice.randrange(size), dice.randrange(PIECE_BYTES)
            stream.seek(start)
            assert stream.read(length) == content[start : start + length]
        assert stream.seek(-1, io.SEEK_END) == size - 1
    assert content[:64] not in file.path.read_bytes() or size == 1


def test_a_stream_that_gives_little_at_a_time_is_sealed_whole(tmp_path: Path) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or -1, 70_001))

    content = bytes(PIECE_BYTES + 9)
    path = tmp_path / "f"
    assert seal_stream(Slow(content), path=path, context="c", cipher=CIPHER) == len(content)
    assert SealedFile(path, "f", "c", CIPHER).open().read() == content


def test_pieces_cannot_be_changed_moved_left_out_or_read_elsewhere(tmp_path: Path) -> None:
    file = sealed(tmp_path, bytes(3 * PIECE_BYTES))
    good = file.path.read_bytes()
    step = PIECE_BYTES + SEALED_BYTES_MIN
    cases = {
        "changed": good[:100] + bytes([good[100] ^ 1]) + good[101:],
        "moved": good[step : 2 * step] + good[:step] + good[2 * step :],
        "cut between pieces": good[:step],
        "cut within a piece": good[:-5],
    }
    for what, content in cases.items():
        file.path.write_bytes(content)
        with pytest.raises(WrongKey), file.open() as stream:
            stream.read()
            pytest.fail(what)
    file.path.write_bytes(good)
    with pytest.raises(WrongKey):
        SealedFile(file.path, "f", "upload/2/a", CIPHER).open().read()


def parquet_bytes(folder: Path) -> bytes:
    names = ("订单编号", "收货地址", "金额")
    columns = {name: [row[place] for row in ROWS] for place, name in enumerate(names)}
    pq.write_table(pa.table(columns), folder / "p.parquet")
    return (folder / "p.parquet").read_bytes()


LAYOUTS = {
    "text": lambda _: text_of().encode("gbk"),
    "gzip": lambda _: gzip.compress(text_of().encode()),
    "tar.gz": lambda folder: make_tar(folder / "t.tar.gz", {"a.csv": text_of()}).read_bytes(),
    "xlsx": lambda folder: make_workbook(
        folder / "w.xlsx", [["订单编号", "收货地址", "金额"], *map(list[object], ROWS)]
    ).read_bytes(),
    "parquet": parquet_bytes,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_reads_sealed_as_in_clear(tmp_path: Path, layout: str) -> None:
    content = LAYOUTS[layout](tmp_path)
    (tmp_path / "clear").write_bytes(content)
    clear, hidden = open_source(tmp_path / "clear"), open_source(sealed(tmp_path, content))
    assert (hidden.columns, hidden.format, hidden.encoding) == (clear.columns, clear.format, clear.encoding)
    assert [[cell or "" for cell in row] for row in values_of(hidden)] == ROWS
    assert hidden.bytes_read == hidden.bytes_total == len(content)
    assert hidden.sha256() == content_sha256(tmp_path / "clear")


def test_what_is_wrong_with_it_is_said_of_its_name_and_not_of_where_it_lies(tmp_path: Path) -> None:
    for content, refusal in (
        (b"%PDF-1.7 x", FileBinary),
        (b"PAR1 torn", FileDamaged),
        (b"PK\x03\x04 torn", FileDamaged),
    ):
        with pytest.raises(refusal) as caught:
            open_source(sealed(tmp_path, content))
        for language in ("en", "zh-CN"):
            assert "订单.csv" in caught.value.said_in(language)
            assert str(tmp_path) not in caught.value.said_in(language)
