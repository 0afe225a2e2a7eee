"""What intake has sealed comes under a new key: rejected events, requests, rejects and uploads on disk."""

from pathlib import Path

from siyu.intake.actions.events_accept import envelope_context
from siyu.intake.actions.persons_files import rejects_files
from siyu.intake.actions.rejects import REJECTS_CONTEXT
from siyu.intake.actions.uploads import sealed_upload
from siyu.intake.actions.webhooks import body_context, secret_context, token_context
from siyu.intake.queries.events_live import recent_context
from siyu.intake.queries.pulls import address_context
from siyu.intake.readers.sealed import seal_stream
from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.sealing import SealedColumn, SealedColumns, resealed

BRAND = "{brand}"
COLUMNS = SealedColumns(
    "intake",
    (
        SealedColumn("event_reject", "body_sealed", ("event_reject_id",), envelope_context(BRAND)),
        SealedColumn("event_envelope", "body_sealed", ("envelope_id",), envelope_context(BRAND), Role.PUMP),
        SealedColumn("event_recent", "detail_sealed", ("recent_id",), recent_context(BRAND), passing=True),
        SealedColumn("event_webhook", "token_sealed", ("webhook_id",), token_context(BRAND)),
        SealedColumn("event_webhook", "secret_sealed", ("webhook_id",), secret_context(BRAND)),
        SealedColumn("database_pull", "url_sealed", ("pull_id",), address_context(BRAND)),
        SealedColumn("event_webhook_body", "body_sealed", ("body_id",), body_context(BRAND)),
    ),
)


class FilesSealed:
    """Rejects of imports and uploads that wait: each file is exchanged as a whole."""

    name = "intake_files"
    columns: frozenset[str] = frozenset()

    def left(self, app: App, *, brand_id: int) -> int:
        """Files under an older key."""
        return len(_old(app, rejects_files(app, brand_id))) + len(_old(app, _uploads(app, brand_id)))

    def reseal(self, app: App, *, brand_id: int) -> int:
        """The next file is under the newest key."""
        for path in _old(app, rejects_files(app, brand_id)):
            fresh = path.with_suffix(".fresh")
            fresh.write_bytes(resealed(app.cipher, path.read_bytes(), REJECTS_CONTEXT))
            fresh.replace(path)
            return 1
        for path in _old(app, _uploads(app, brand_id)):
            upload = sealed_upload(path, brand_id=brand_id, cipher=app.cipher)
            fresh = path.parent.parent / f"{path.parent.name}.fresh"
            with upload.open() as content:
                seal_stream(content, path=fresh, context=upload.context, cipher=app.cipher)
            fresh.chmod(0o600)
            fresh.replace(path)
            return 1
        return 0


def _uploads(app: App, brand_id: int) -> list[Path]:
    folder = app.settings.home / "uploads" / str(brand_id)
    places = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for place in places if place.is_dir() for path in place.iterdir()]


def _old(app: App, paths: list[Path]) -> list[Path]:
    """Those of the files that begin with an older key's number."""
    found = []
    for path in paths:
        with path.open("rb") as file:
            if file.read(1) not in (b"", bytes((app.cipher.version,))):
                found.append(path)
    return found


SEALED_PARTS = (COLUMNS, FilesSealed())
