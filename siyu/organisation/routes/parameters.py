"""Parameters that several routes share."""

from typing import Annotated

from fastapi import Query

from siyu.kernel.parameters import LARGEST_ID

PAGE_ROWS_MAX = 200

BeforeId = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="next_cursor of the page before")]
PageLimit = Annotated[int, Query(ge=1, le=PAGE_ROWS_MAX)]
