"""The folder everything lies in: there, ours to write, or said plainly why not."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from siyu.kernel.errors import SiyuError
from siyu.kernel.postgres.errors import DiskFull
from siyu.kernel.postgres.folders import name_of


class HomeUnusable(SiyuError):
    """Siyu (running as {user}) cannot use {path}: {why}. Start it as the user the folder belongs to, give it to that
    user (chown), or set SIYU_HOME to another folder.
    """

    code = "home_unusable"
    status = 500
    zh = (
        "Siyu（以用户 {user} 运行）无法使用 {path}：{why}。"
        "请以该文件夹所属的用户启动，或用 chown 将其交给该用户，或将 SIYU_HOME 设为其他文件夹。"
    )


def make_home(home: Path, *, key_file: Path | None = None) -> None:
    """The home is there and we may write into it; the key file, where there is one, we may read.

    raises   HomeUnusable, DiskFull
    effects  makes the folder, which others may pass through and not list
    """
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as failure:
        if failure.errno == errno.ENOSPC:
            raise DiskFull(path=home, free_mb=shutil.disk_usage(home.parent).free // 1_000_000) from failure
        raise HomeUnusable(path=home, why=_said(failure), user=name_of(os.geteuid())) from failure
    if key_file is not None and key_file.exists() and not os.access(key_file, os.R_OK):
        raise HomeUnusable(path=key_file, why="it cannot be read", user=name_of(os.geteuid()))


def _said(failure: OSError) -> str:
    return (failure.strerror or str(failure)).lower()
