"""What every request, job and command is handed: the open engines and the wiring."""

from dataclasses import dataclass

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import Database
from siyu.kernel.lake import Lake
from siyu.kernel.settings import Settings
from siyu.kernel.wiring import Wiring


@dataclass(frozen=True, slots=True)
class App:
    """One process of Siyu, opened once; close() when it ends."""

    settings: Settings
    db: Database
    lake: Lake
    cipher: Cipher
    wiring: Wiring

    def close(self) -> None:
        """The lake and the database are let go."""
        self.lake.close()
        self.db.close()
