"""The rejects of an import in clear, for those who may see them; every reading is in the audit log."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from siyu.intake.actions.rejects import kept_rejects
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher


def reveal_rejects(
    session: Session, *, import_id: int, path: Path, cipher: Cipher, reason: str, actor: Actor, now: datetime
) -> str:
    """The rejects as they were, names and numbers in clear.

    effects  an audit entry with the reason
    """
    text = kept_rejects(path, cipher=cipher)
    record(
        session, actor=actor, action="import.rejects_read", subject=("import", import_id),
        after={"in_clear": True, "reason": reason}, now=now,
    )  # fmt: skip
    return text
