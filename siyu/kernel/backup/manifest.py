"""What a backup says about itself."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

FORMAT = 2  # 1 had no files beside database and lake
MANIFEST_NAME = "manifest.json"
DUMP_NAME = "postgres.dump"
LAKE_PREFIX = "lake/"
FILES_PREFIX = "files/"
MANIFEST_BYTES_MAX = 500_000_000
NOTE = (
    "This file does not contain the encryption key. To read the personal data in it you need the key file "
    "whose id is encryption_key_id; keep that file elsewhere, and safe."
)

Progress = Callable[[str, int, int], None]  # stage, done, total (bytes, or 0 and 1 where no size is known)


def no_progress(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the archive.

    units  bytes; sha256 in hex
    """

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RoleNeeded:
    """A database role that rights or policies in the dump name; roles are not part of a dump themselves."""

    name: str
    can_login: bool
    bypasses_policies: bool
    member_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a backup but its contents. made_at is ISO 8601 in UTC."""

    made_at: str
    siyu_version: str
    schema_revision: str
    encryption_key_id: str
    postgres_version: int
    database_owner: str
    roles: tuple[RoleNeeded, ...]
    members: tuple[Member, ...]
    format: int = FORMAT
    note: str = NOTE

    @property
    def lake_files(self) -> frozenset[str]:
        """The files of the lake by their path below it."""
        return frozenset(
            member.name.removeprefix(LAKE_PREFIX)
            for member in self.members
            if member.name.startswith(LAKE_PREFIX)
        )

    def to_json(self) -> bytes:
        """The manifest as the archive holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """The manifest that was written.

        raises  ValueError, KeyError, TypeError if it is none
        """
        found = json.loads(text)
        roles = tuple(
            RoleNeeded(**{**role, "member_of": tuple(role["member_of"])}) for role in found["roles"]
        )
        members = tuple(Member(**member) for member in found["members"])
        return cls(**{**found, "roles": roles, "members": members})
