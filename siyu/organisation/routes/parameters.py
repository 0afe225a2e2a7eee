"""Parameters that several routes share."""

from typing import Annotated

from fastapi import Path, Query

LARGEST_ID = 2**63 - 1
PAGE_ROWS_MAX = 200

IdInPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
BeforeId = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="next_cursor of the page before")]
PageLimit = Annotated[int, Query(ge=1, le=PAGE_ROWS_MAX)]
