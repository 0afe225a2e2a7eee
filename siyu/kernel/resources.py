"""Where migrations and the built console lie: inside the wheel, or beside the package in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str, *, in_checkout: str) -> Path:
    """The folder of a packaged resource; in a checkout the folder it is built from."""
    packaged = _PACKAGE / "_resources" / name
    return packaged if packaged.exists() else _PACKAGE.parent / in_checkout


def migrations_folder() -> Path:
    """Alembic's script folder, with the lake's migrations in `lake/`."""
    return resource("migrations", in_checkout="migrations")


def console_folder() -> Path:
    """The built console; index.html is missing where nobody built it."""
    return resource("console", in_checkout="console/dist")
