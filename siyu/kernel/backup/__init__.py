"""Backups: the database and the lake in one file, consistent with each other, without the key."""

from siyu.kernel.backup.manifest import Manifest
from siyu.kernel.backup.restore import restore
from siyu.kernel.backup.write import backup

__all__ = ["Manifest", "backup", "restore"]
