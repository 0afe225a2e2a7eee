"""What privacy has sealed comes under a new key: who is being erased, and files of exports."""

from pathlib import Path

from siyu.kernel.app import App
from siyu.kernel.sealing import SealedColumn, SealedColumns, resealed
from siyu.privacy.actions.exporting import file_context
from siyu.privacy.actions.person import person_context

COLUMNS = SealedColumns(
    "privacy", (SealedColumn("privacy_request", "person_sealed", ("request_id",), person_context("{brand}")),)
)


class ExportsSealed:
    """Files that wait to be taken, for a day."""

    name = "privacy_files"
    columns: frozenset[str] = frozenset()

    def left(self, app: App, *, brand_id: int) -> int:
        """Files under an older key."""
        return len(_old(app, brand_id))

    def reseal(self, app: App, *, brand_id: int) -> int:
        """The next file is under the newest key."""
        for path in _old(app, brand_id):
            fresh = path.with_suffix(".part")
            request_id = int(path.stem.removeprefix("customer-"))
            fresh.write_bytes(resealed(app.cipher, path.read_bytes(), file_context(brand_id, request_id)))
            fresh.chmod(0o600)
            fresh.replace(path)
            return 1
        return 0


def _old(app: App, brand_id: int) -> list[Path]:
    folder = app.settings.home / "exports" / str(brand_id)
    found = sorted(folder.glob("customer-*.sealed")) if folder.is_dir() else []
    return [path for path in found if path.read_bytes()[:1] != bytes((app.cipher.version,))]


SEALED_PARTS = (COLUMNS, ExportsSealed())
