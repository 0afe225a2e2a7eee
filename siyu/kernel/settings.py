"""Every setting of a Siyu process, read from the environment once."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siyu.kernel.errors import SiyuError

DEFAULT_HOME = ".siyu"


class UnknownSetting(SiyuError):
    """The environment variable {name} is not a setting of Siyu{guess}. Known: {known}."""

    code = "unknown_setting"
    status = 422
    zh = "环境变量 {name} 不是 Siyu 的设置{guess}。可用的有：{known}。"


class BadSetting(SiyuError):
    """{name}={value} is not usable: {why}."""

    code = "bad_setting"
    status = 422
    zh = "{name}={value} 无法使用：{why}。"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and how the server listens.

    units  ports are TCP ports; paths are absolute
    """

    home: Path
    lake_path: Path
    key_file: Path
    database_url: str | None = field(default=None, repr=False)
    migration_database_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8017
    sandbox_port: int = 8018
    public_url: str = ""
    log_level: str = "info"
    lake_memory: str | None = None
    out_path: Path = Path()
    private_destinations: bool = False

    @property
    def owner_database_url(self) -> str | None:
        """The login that owns the tables: migrations, backup and restore need it. Usually that of the server itself."""
        return self.migration_database_url or self.database_url

    @property
    def address(self) -> str:
        """The address people type into a browser."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings that the environment asks for; a misspelt variable is refused.

        raises  UnknownSetting, BadSetting

        >>> Settings.from_environment({"SIYU_HOME": "/srv/siyu", "SIYU_PORT": "9000"}).address
        'http://127.0.0.1:9000'
        """
        _refuse_unknown(environ)
        if environ.get("SIYU_MIGRATION_DATABASE_URL") and not environ.get("SIYU_DATABASE_URL"):
            raise BadSetting(
                name="SIYU_MIGRATION_DATABASE_URL",
                value="…",
                why="set SIYU_DATABASE_URL, the login of the server, too",
            )
        home = Path(environ.get("SIYU_HOME", DEFAULT_HOME)).expanduser().absolute()
        return cls(
            home=home,
            lake_path=Path(environ.get("SIYU_LAKE", str(home / "lake"))).expanduser().absolute(),
            key_file=Path(environ.get("SIYU_KEY_FILE", str(home / "secret.key"))).expanduser().absolute(),
            database_url=environ.get("SIYU_DATABASE_URL") or None,
            migration_database_url=environ.get("SIYU_MIGRATION_DATABASE_URL") or None,
            metrics_token=environ.get("SIYU_METRICS_TOKEN") or None,
            host=environ.get("SIYU_HOST", "127.0.0.1"),
            port=_port("SIYU_PORT", environ.get("SIYU_PORT", "8017")),
            sandbox_port=_port("SIYU_SANDBOX_PORT", environ.get("SIYU_SANDBOX_PORT", "8018")),
            public_url=environ.get("SIYU_PUBLIC_URL", "").rstrip("/"),
            log_level=environ.get("SIYU_LOG_LEVEL", "info").lower(),
            out_path=Path(environ.get("SIYU_OUT", str(home / "out"))).expanduser().absolute(),
            private_destinations=_yes(
                "SIYU_PRIVATE_DESTINATIONS", environ.get("SIYU_PRIVATE_DESTINATIONS", "")
            ),
            lake_memory=_memory("SIYU_LAKE_MEMORY", environ.get("SIYU_LAKE_MEMORY", "")),
        )


KNOWN = (
    "SIYU_HOME",
    "SIYU_LAKE",
    "SIYU_KEY_FILE",
    "SIYU_DATABASE_URL",
    "SIYU_MIGRATION_DATABASE_URL",
    "SIYU_METRICS_TOKEN",
    "SIYU_HOST",
    "SIYU_PORT",
    "SIYU_SANDBOX_PORT",
    "SIYU_PUBLIC_URL",
    "SIYU_LOG_LEVEL",
    "SIYU_LAKE_MEMORY",
    "SIYU_OUT",
    "SIYU_PRIVATE_DESTINATIONS",
    "SIYU_LIFELINE_FD",  # set by the supervisor for its children (kernel.processes)
    "SIYU_TEST_DATABASE_URL",  # read by the tests alone
)


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in environ:
        if name.startswith("SIYU_") and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1)
            raise UnknownSetting(
                name=name, guess=f"; did you mean {near[0]}?" if near else "", known=", ".join(KNOWN)
            )


def _port(name: str, text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 -- the range of TCP ports
        raise BadSetting(name=name, value=text, why="a port is a number from 1 to 65535")
    return int(text)


def _yes(name: str, text: str) -> bool:
    if text not in ("", "yes", "no"):
        raise BadSetting(name=name, value=text, why="it is yes or no")
    return text == "yes"


def _memory(name: str, text: str) -> str | None:
    if text and not re.fullmatch(r"[1-9][0-9]*(MB|GB)", text):
        raise BadSetting(name=name, value=text, why="it is a number of MB or GB, such as 4GB")
    return text or None
