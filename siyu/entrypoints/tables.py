"""Every module's tables in one metadata, for migrations and the house tests."""

from siyu.campaigns import models as campaigns
from siyu.commerce import models as commerce
from siyu.destinations import models as destinations
from siyu.insight import models as insight
from siyu.intake import models as intake
from siyu.kernel import audit, facts, longwork, sealing
from siyu.kernel.db import Base
from siyu.organisation import models as organisation
from siyu.outreach import models as outreach
from siyu.people import models as people
from siyu.privacy import models as privacy
from siyu.segments import models as segments

METADATA = Base.metadata
MODULES = (
    audit, facts, longwork, sealing,
    organisation, people, privacy, intake, commerce, insight, segments, destinations, outreach, campaigns,
)  # fmt: skip
