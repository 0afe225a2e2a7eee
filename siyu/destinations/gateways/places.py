"""Folders and buckets as one kind of place: a file is written whole or not seen, and its digest is known."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyarrow import fs

from siyu.destinations.contracts import BucketKeys, BucketSettings
from siyu.destinations.errors import BadFolder, DestinationUnreachable

CONNECT_SECONDS, REQUEST_SECONDS = 5, 60
AMAZON_REGION = "us-east-1"


class Sink:
    """A file that is being written: what was given to it is counted and digested."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes = 0
        self.closed = False

    def write(self, content: Any) -> int:
        """The content follows what was written before."""
        content = bytes(content)
        self._stream.write(content)
        self._digest.update(content)
        self.bytes += len(content)
        return len(content)

    def tell(self) -> int:
        """How many bytes were written."""
        return self.bytes

    def flush(self) -> None:
        """Nothing is held back here."""

    def close(self) -> None:
        """The writer is done; the file itself is ended by the place."""
        self.closed = True

    @property
    def sha256(self) -> str:
        """The digest of everything so far, in hex."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to write: a file system below one folder of it. `aside`: files are written beside and moved."""

    title: str
    files: Any
    aside: bool

    @contextmanager
    def writing(self, path: str) -> Iterator[Sink]:
        """The file stands there, whole, when the block ends; a folder's is not seen before.

        raises  DestinationUnreachable
        """
        written = f"{path}.part" if self.aside else path
        with self._reached():
            self.files.create_dir(path.rpartition("/")[0], recursive=True)
            stream = self.files.open_output_stream(written)
        try:
            with self._reached(), stream:
                yield Sink(stream)
        except BaseException:
            with suppress(OSError):
                self.files.delete_file(written)
            raise
        if self.aside:
            with self._reached():
                self.files.move(written, path)

    def remove(self, path: str) -> None:
        """There is no such file any more.

        raises  DestinationUnreachable
        """
        with self._reached():
            if self.files.get_file_info(path).type is not fs.FileType.NotFound:
                self.files.delete_file(path)

    def keep_only(self, folder: str, names: set[str]) -> None:
        """Of the folder's own files only these are left: what an earlier, longer export wrote is gone."""
        with self._reached():
            for info in self.files.get_file_info(fs.FileSelector(folder, allow_not_found=True)):
                if info.type is fs.FileType.File and info.base_name not in names:
                    self.files.delete_file(info.path)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            said = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
            raise DestinationUnreachable(place=self.title, why=said[:200]) from failure


def folder_place(root: Path, *, brand_code: str, folder: str) -> Place:
    """A folder of the brand below the one that is set aside for exports, made if it is not there.

    raises  BadFolder where a link leads out of it, DestinationUnreachable
    """
    whole = root / brand_code / folder
    try:
        whole.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        raise DestinationUnreachable(place=folder, why=failure.strerror or "no folder") from failure
    if not whole.resolve().is_relative_to((root / brand_code).resolve()):
        raise BadFolder(folder=folder, why="a link in it leads elsewhere", why_zh="其中的链接指向了别处")
    return Place(folder, fs.SubTreeFileSystem(str(whole), fs.LocalFileSystem()), aside=True)


def bucket_place(settings: BucketSettings, keys: BucketKeys) -> Place:
    """A bucket that speaks as Amazon's S3 does; it must be there already.

    limits  5 s to connect, 60 s a request
    """
    scheme, _, host = settings.endpoint.rpartition("://")
    opened = fs.S3FileSystem(
        access_key=keys.access_key, secret_key=keys.secret_key, region=settings.region or AMAZON_REGION,
        endpoint_override=host or None, scheme=scheme or "https", connect_timeout=CONNECT_SECONDS,
        request_timeout=REQUEST_SECONDS, allow_bucket_creation=False, allow_bucket_deletion=False,
    )  # fmt: skip
    base = "/".join(one for one in (settings.bucket, settings.prefix) if one)
    return Place(f"{settings.bucket}/{settings.prefix}", fs.SubTreeFileSystem(base, opened), aside=False)


def try_place(place: Place) -> None:
    """Returns if a file can be written there and removed.

    raises  DestinationUnreachable
    """
    with place.writing("probe/siyu.txt") as sink:
        sink.write(b"Siyu can write here.\n")
    place.remove("probe/siyu.txt")
    with suppress(OSError):
        place.files.delete_dir("probe")
