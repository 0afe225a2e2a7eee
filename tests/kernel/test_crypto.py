"""Personal data is unreadable without the key, and unmovable from where it belongs."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.kernel.crypto import Cipher, KeyFileBroken, KeyFileUnsafe, WrongKey

CIPHER, OTHER = Cipher(b"k" * 32), Cipher(b"o" * 32)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(TEXT)
def test_what_was_sealed_opens(text: str) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt(text, context="brand 1"), context="brand 1") == text


@given(TEXT, st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_noticed(text: str, place: int, flip: int) -> None:
    sealed = bytearray(CIPHER.encrypt(text, context="c"))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(WrongKey):
        CIPHER.decrypt(bytes(sealed), context="c")


def test_another_key_and_another_place_do_not_open_it() -> None:
    sealed = CIPHER.encrypt("王小明", context="brand 1")
    for cipher, context in ((OTHER, "brand 1"), (CIPHER, "brand 2")):
        with pytest.raises(WrongKey):
            cipher.decrypt(sealed, context=context)


@pytest.mark.parametrize("cut", [b"", b"\x01", b"\x01" * 13, b"\x01" * 28])
def test_a_value_cut_short_is_refused_like_a_wrong_one(cut: bytes) -> None:
    with pytest.raises(WrongKey):
        CIPHER.decrypt(cut, context="c")


def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert CIPHER.encrypt("x", context="c") != CIPHER.encrypt("x", context="c")


def test_the_blind_index_is_stable_over_versions_of_this_program() -> None:
    assert CIPHER.blind_index("+8613800138000", context="1/phone").hex() == STABLE_INDEX
    assert CIPHER.key_id == STABLE_KEY_ID


STABLE_INDEX, STABLE_KEY_ID = "ce10450da5c873350d81cec5a982a3b5", "213dd9f9602a"


@given(TEXT, TEXT)
def test_the_blind_index_tells_values_contexts_and_keys_apart(value: str, other: str) -> None:
    index = CIPHER.blind_index(value, context="1/phone")
    assert len(index) == 16
    assert (index == CIPHER.blind_index(other, context="1/phone")) == (value == other)
    assert index != CIPHER.blind_index(value, context="2/phone")
    assert index != OTHER.blind_index(value, context="1/phone")


def test_a_signature_belongs_to_its_message_and_purpose() -> None:
    signature = CIPHER.signature(b"message", context="webhook")
    assert signature == CIPHER.signature(b"message", context="webhook")
    assert signature != CIPHER.signature(b"message", context="token")
    assert signature != CIPHER.signature(b"massage", context="webhook")


def test_a_new_key_file_is_readable_by_its_owner_only_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret.key"
    made = Cipher.from_file(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Cipher.from_file(path, create=True).key_id == made.key_id


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666, 0o601])
def test_a_key_file_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.key"
    Cipher.from_file(path, create=True)
    path.chmod(mode)
    with pytest.raises(KeyFileUnsafe) as refused:
        Cipher.from_file(path)
    assert f"chmod 600 {path}" in refused.value.message


BROKEN = [
    (b"not base64!", "not base64"),
    (base64.b64encode(b"short"), "not 32 bytes"),
    (b"", "not 32 bytes"),
    (b"\xff\xfe\x00", "not base64"),
]


@pytest.mark.parametrize(("content", "why"), BROKEN)
def test_a_broken_key_file_is_told(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileBroken, match=why):
        Cipher.from_file(path)


def test_a_missing_key_is_not_replaced_silently(tmp_path: Path) -> None:
    with pytest.raises(KeyFileBroken, match="missing"):
        Cipher.from_file(tmp_path / "secret.key")
