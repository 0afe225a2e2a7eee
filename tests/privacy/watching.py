"""What lies on disk for a moment only: files that are removed, and files without a name that a process still holds."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from tests.privacy.canary import Canary

BYTES_MAX = 50_000_000
LOOK_EVERY_SECONDS = 0.01
_WATCHERS: list["_Watcher"] = []


class _Watcher:
    """Looks at files of some folders before they go."""

    def __init__(self, canary: Canary, folders: tuple[Path, ...]) -> None:
        self._canary, self._folders = canary, folders
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_often, daemon=True)
        self._held: set[tuple[str, int]] = set()

    def removed(self, path: Path) -> None:
        """A file or folder is about to go."""
        found = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
        for one in found:
            if any(one.is_relative_to(folder) for folder in self._folders):
                with suppress(OSError):
                    self._canary.look("removed files", one.name, one.read_bytes()[:BYTES_MAX])

    def _look_often(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self._look_at_nameless()

    def _look_at_nameless(self) -> None:
        """Files that were removed and are open still, as temporary files are."""
        ours = tuple(map(str, self._folders))
        for link in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                seen = (str(link.readlink()), link.stat().st_size)
                if seen[0].startswith(ours) and seen[0].endswith(" (deleted)") and seen not in self._held:
                    self._held.add(seen)
                    self._canary.look("nameless files", seen[0], link.read_bytes()[:BYTES_MAX])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._stop.set()
        self._thread.join()


def _audited(event: str, arguments: tuple[Any, ...]) -> None:
    """Python says what it is about to remove; a hook stays for ever, so it asks who watches just now."""
    if _WATCHERS and event in ("os.remove", "shutil.rmtree") and isinstance(arguments[0], str | Path):
        for watcher in _WATCHERS:
            watcher.removed(Path(arguments[0]))


sys.addaudithook(_audited)


@contextmanager
def watched(canary: Canary, *folders: Path) -> Iterator[None]:
    """Whatever lies below these folders for a moment while the block runs is looked at."""
    with _Watcher(canary, folders) as watcher:
        _WATCHERS.append(watcher)
        try:
            yield
        finally:
            _WATCHERS.remove(watcher)
