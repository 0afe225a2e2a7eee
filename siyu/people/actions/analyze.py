"""PostgreSQL learns what a large import changed, so that the next statement is planned on facts."""

from siyu.kernel.db import Database

TABLES = ("customer", "customer_identity", "consent_entry", "suppression")


def analyze_people(db: Database) -> None:
    """The planner's statistics of people's tables are fresh. Runs outside any transaction."""
    db.analyze(TABLES)
