"""Every module's tables in one metadata, for migrations and the house tests."""

from siyu.kernel import audit, facts, longwork
from siyu.kernel.db import Base

METADATA = Base.metadata
MODULES = (audit, facts, longwork)
