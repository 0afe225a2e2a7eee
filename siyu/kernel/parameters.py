"""The numbers of things, as requests name them in paths, queries and bodies."""

from typing import Annotated

from pydantic import Field

LARGEST_ID = 2**63 - 1

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
