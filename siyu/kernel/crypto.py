"""Personal data is unreadable without the key file: AES-256-GCM to keep it, a keyed digest to find it."""

import base64
import hashlib
import hmac
import math
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from siyu.kernel.errors import SiyuError

NONCE_BYTES = 12
INDEX_BYTES = 16
KEY_BYTES = 32
HMAC_BLOCK_BYTES = 64  # of SHA-256, RFC 2104
SEALED_BYTES_MIN = 1 + NONCE_BYTES + 16  # the key's number, the nonce; an empty text still has its tag
LOOK_EVERY_SECONDS = 1.0  # how often a process looks whether the key file has changed
OPEN_TO_OTHERS = 0o077


class KeyFileUnsafe(SiyuError):
    """The key file {path} can be read by others (mode {mode}). Run: chmod 600 {path}"""

    code = "key_file_unsafe"
    status = 500
    zh = "密钥文件 {path} 可被他人读取（权限 {mode}）。请运行：chmod 600 {path}"


class KeyFileBroken(SiyuError):
    """The key file {path} is {why}. Put back the key this data was written with, from your safe copy."""

    code = "key_file_broken"
    status = 500
    zh = "密钥文件 {path} {why}。请放回写入这些数据时所用的密钥。"


class WrongKey(SiyuError):
    """This value was not written with the key in use, or it was changed. Check SIYU_KEY_FILE."""

    code = "wrong_key"
    status = 500
    zh = "该值并非用当前密钥写入，或已被改动。请检查 SIYU_KEY_FILE。"


@dataclass(frozen=True, slots=True)
class _Key:
    """What one secret is used for; of a key that was replaced only the index may be left."""

    index: bytes
    seal: AESGCM | None = None
    token: bytes = b""
    key_id: str = ""

    @classmethod
    def of(cls, secret: bytes) -> "_Key":
        return cls(
            index=_derive(secret, b"siyu/index"), seal=AESGCM(_derive(secret, b"siyu/seal")),
            token=_derive(secret, b"siyu/token"), key_id=hashlib.sha256(_derive(secret, b"siyu/id")).hexdigest()[:12],
        )  # fmt: skip


class Cipher:
    """Encrypts, decrypts and indexes personal data with keys derived from a secret.

    While a key is being replaced there are two: what is written is written with the newest, what was written with
    either is read and found. Every sealed value begins with the number of its key. A file that changed is read again.

    limits  encrypt about 400,000 short values a second on one core; 255 keys in the life of an installation
    """

    def __init__(self, secret: bytes) -> None:
        self._keys = {1: _Key.of(secret)}
        self._newest = 1
        self._file: Path | None = None
        self._seen: tuple[int, int, int] = (0, 0, 0)
        self._look_at = math.inf

    @classmethod
    def from_file(cls, path: Path, *, create: bool = False) -> "Cipher":
        """The cipher of a key file; with `create` a missing file is made, readable by its owner only.

        raises  KeyFileUnsafe, KeyFileBroken
        """
        if create and not path.exists():
            write_keys(path, {1: os.urandom(32)}, {})
        cipher = cls(b"")
        cipher._file = path
        cipher._load()
        return cipher

    @property
    def version(self) -> int:
        """The number of the key that is written with."""
        self._look_again()
        return self._newest

    @property
    def key_id(self) -> str:
        """What tells this key from others, and nothing of it."""
        return self._keys[self._newest].key_id

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The same of every key that can read, the newest first."""
        return tuple(key.key_id for _, key in self._newest_first() if key.seal is not None)

    @property
    def readable(self) -> tuple[int, ...]:
        """The numbers of the keys that can read, the newest first."""
        return tuple(version for version, key in self._newest_first() if key.seal is not None)

    def refresh(self) -> None:
        """What was written to the key file until now is known."""
        if self._file is not None and _stamp(self._file) != self._seen:
            with suppress(
                KeyFileBroken, KeyFileUnsafe
            ):  # half a file was never written: whoever spoils it is told at start
                self._load()

    def encrypt(self, text: str, *, context: str) -> bytes:
        """The text sealed for one place: it opens only with the same context (brand, table, column)."""
        return self.encrypt_bytes(text.encode(), context=context)

    def decrypt(self, sealed: bytes, *, context: str) -> str:
        """The text that was sealed for this context.

        raises  WrongKey
        """
        return self.decrypt_bytes(sealed, context=context).decode()

    def encrypt_bytes(self, content: bytes, *, context: str) -> bytes:
        """The bytes sealed for one place, `SEALED_BYTES_MIN` longer than they were."""
        self._look_again()
        newest = self._newest
        seal = self._keys[newest].seal
        assert seal is not None, "the newest key can always seal"
        nonce = os.urandom(NONCE_BYTES)
        return bytes((newest,)) + nonce + seal.encrypt(nonce, content, context.encode())

    def decrypt_bytes(self, sealed: bytes, *, context: str) -> bytes:
        """The bytes that were sealed for this context.

        raises  WrongKey
        """
        if len(sealed) < SEALED_BYTES_MIN:
            raise WrongKey
        if sealed[0] not in self._keys:
            self.refresh()
        key = self._keys.get(sealed[0])
        if key is None or key.seal is None:
            raise WrongKey
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return key.seal.decrypt(nonce, body, context.encode())
        except InvalidTag as wrong:
            raise WrongKey from wrong

    def blind_index(self, value: str, *, context: str) -> bytes:
        """Sixteen bytes by which equal values of one context are found without being readable."""
        self._look_again()
        return _index(self._keys[self._newest].index, value, context)

    def blind_index_all(self, values: Iterable[str], *, context: str) -> list[bytes]:
        """The blind index of each value, at a third of the price: what they share is digested once."""
        self._look_again()
        return _index_all(self._keys[self._newest].index, values, context)

    def encrypt_all(self, contents: Iterable[bytes], *, context: str) -> list[bytes]:
        """Each of the contents sealed as by `encrypt_bytes`, every one with a nonce of its own."""
        self._look_again()
        newest = self._newest
        seal = self._keys[newest].seal
        assert seal is not None, "the newest key can always seal"
        listed = list(contents)
        nonces = os.urandom(NONCE_BYTES * len(listed))
        head, place = bytes((newest,)), context.encode()
        return [
            head + (nonce := nonces[at : at + NONCE_BYTES]) + seal.encrypt(nonce, content, place)
            for at, content in zip(range(0, len(nonces), NONCE_BYTES), listed, strict=True)
        ]

    def blind_indexes(self, value: str, *, context: str) -> tuple[bytes, ...]:
        """Every index under which the value may have been written, the newest first: look for all of them."""
        self._look_again()
        return tuple(_index(key.index, value, context) for _, key in self._newest_first())

    def signature(self, message: bytes, *, context: str) -> str:
        """A hex signature for tokens and webhooks of ours."""
        return hmac.digest(self._keys[self._newest].token, context.encode() + b"\0" + message, "sha256").hex()

    def signatures(self, message: bytes, *, context: str) -> tuple[str, ...]:
        """The signatures of every key at hand, the newest first: what was signed before a new key still holds."""
        self._look_again()
        content = context.encode() + b"\0" + message
        signing = (key.token for _, key in self._newest_first() if key.token)  # a retired key only finds
        return tuple(hmac.digest(token, content, "sha256").hex() for token in signing)

    def _newest_first(self) -> list[tuple[int, _Key]]:
        return sorted(self._keys.items(), reverse=True)

    def _look_again(self) -> None:
        if time.monotonic() > self._look_at:
            self._look_at = time.monotonic() + LOOK_EVERY_SECONDS
            self.refresh()

    def _load(self) -> None:
        assert self._file is not None, "only a file is loaded"
        stamp = _stamp(self._file)
        secrets, indexes = read_keys(self._file)
        keys = {version: _Key(index) for version, index in indexes.items()}
        self._keys = keys | {version: _Key.of(secret) for version, secret in secrets.items()}
        self._newest = max(secrets)
        self._seen = stamp
        self._look_at = time.monotonic() + LOOK_EVERY_SECONDS


def read_keys(path: Path) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """The secrets of a key file by number, and the index keys of those that were replaced.

    A file of one line holds key 1; else each line is NUMBER:SECRET or NUMBER/index:KEY.

    raises  KeyFileUnsafe, KeyFileBroken
    """
    if not path.exists():
        raise KeyFileBroken(path=path, why="missing")
    mode = path.stat().st_mode & 0o777
    if mode & OPEN_TO_OTHERS:
        raise KeyFileUnsafe(path=path, mode=oct(mode))
    secrets: dict[int, bytes] = {}
    indexes: dict[int, bytes] = {}
    for line in path.read_bytes().split() or [b""]:
        named, _, value = line.rpartition(b":")
        number, _, part = (named or b"1").partition(b"/")
        try:
            content, version = base64.b64decode(value, validate=True), int(number)
        except ValueError as broken:
            raise KeyFileBroken(path=path, why="not base64") from broken
        if len(content) != KEY_BYTES or not 0 < version < 256 or part not in (b"", b"index"):  # noqa: PLR2004 -- one byte
            raise KeyFileBroken(path=path, why="not 32 bytes long")
        (indexes if part else secrets)[version] = content
    if not secrets:
        raise KeyFileBroken(path=path, why="empty")
    return secrets, indexes


def write_keys(path: Path, secrets: Mapping[int, bytes], indexes: Mapping[int, bytes]) -> None:
    """The key file holds these, whole or as it was before; readable by its owner only."""
    lines = [f"{version}:{_said(secrets[version])}" for version in sorted(secrets, reverse=True)]
    lines += [f"{version}/index:{_said(indexes[version])}" for version in sorted(indexes, reverse=True)]
    if lines == [f"1:{_said(secrets.get(1, b''))}"]:
        lines = [_said(secrets[1])]
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        owner = path.stat()
        os.chown(fresh, owner.st_uid, owner.st_gid)
    fresh.replace(path)


def index_key_of(secret: bytes) -> bytes:
    """The part of a secret that finds values and reads none."""
    return _derive(secret, b"siyu/index")


def _index(key: bytes, value: str, context: str) -> bytes:
    return hmac.digest(key, f"{context}\0{value}".encode(), "sha256")[:INDEX_BYTES]


def _index_all(key: bytes, values: Iterable[str], context: str) -> list[bytes]:
    """HMAC-SHA256 with the state after key and context kept; the same digests as `_index`."""
    block = key.ljust(HMAC_BLOCK_BYTES, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + f"{context}\0".encode()).copy
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy
    found = []
    for value in values:
        within, around = inner(), outer()
        within.update(value.encode())
        around.update(within.digest())
        found.append(around.digest()[:INDEX_BYTES])
    return found


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_ino, found.st_size)


def _said(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
