"""Personal data is unreadable without the key file: AES-256-GCM to keep it, a keyed digest to find it."""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from siyu.kernel.errors import SiyuError

NONCE_BYTES = 12
INDEX_BYTES = 16
FORMAT = b"\x01"
SEALED_BYTES_MIN = len(FORMAT) + NONCE_BYTES + 16  # an empty text still has its tag
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


class Cipher:
    """Encrypts, decrypts and indexes personal data with keys derived from one secret.

    limits  encrypt about 400,000 short values a second on one core
    """

    def __init__(self, secret: bytes) -> None:
        self._seal = AESGCM(_derive(secret, b"siyu/seal"))
        self._index_key = _derive(secret, b"siyu/index")
        self._token_key = _derive(secret, b"siyu/token")
        self.key_id = hashlib.sha256(_derive(secret, b"siyu/id")).hexdigest()[:12]

    @classmethod
    def from_file(cls, path: Path, *, create: bool = False) -> "Cipher":
        """The cipher of a key file; with `create` a missing file is made, readable by its owner only.

        raises  KeyFileUnsafe, KeyFileBroken
        """
        if create and not path.exists():
            _write_new_key(path)
        if not path.exists():
            raise KeyFileBroken(path=path, why="missing")
        mode = path.stat().st_mode & 0o777
        if mode & OPEN_TO_OTHERS:
            raise KeyFileUnsafe(path=path, mode=oct(mode))
        try:
            secret = base64.b64decode(path.read_text().strip(), validate=True)
        except ValueError as broken:
            raise KeyFileBroken(path=path, why="not base64") from broken
        if len(secret) != 32:  # noqa: PLR2004 -- AES-256
            raise KeyFileBroken(path=path, why="not 32 bytes long")
        return cls(secret)

    def encrypt(self, text: str, *, context: str) -> bytes:
        """The text sealed for one place: it opens only with the same context (brand, table, column)."""
        return self.encrypt_bytes(text.encode(), context=context)

    def encrypt_bytes(self, content: bytes, *, context: str) -> bytes:
        """The same for what is no text."""
        nonce = os.urandom(NONCE_BYTES)
        return FORMAT + nonce + self._seal.encrypt(nonce, content, context.encode())

    def decrypt(self, sealed: bytes, *, context: str) -> str:
        """The text that was sealed for this context.

        raises  WrongKey
        """
        return self.decrypt_bytes(sealed, context=context).decode()

    def decrypt_bytes(self, sealed: bytes, *, context: str) -> bytes:
        """The bytes that were sealed for this context.

        raises  WrongKey
        """
        if not sealed.startswith(FORMAT) or len(sealed) < SEALED_BYTES_MIN:
            raise WrongKey
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._seal.decrypt(nonce, body, context.encode())
        except InvalidTag as wrong:
            raise WrongKey from wrong

    def blind_index(self, value: str, *, context: str) -> bytes:
        """Sixteen bytes by which equal values of one context are found without being readable."""
        return hmac.digest(self._index_key, f"{context}\0{value}".encode(), "sha256")[:INDEX_BYTES]

    def signature(self, message: bytes, *, context: str) -> str:
        """A hex signature for tokens and webhooks of ours."""
        return hmac.digest(self._token_key, context.encode() + b"\0" + message, "sha256").hex()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _write_new_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(os.urandom(32)) + b"\n")
