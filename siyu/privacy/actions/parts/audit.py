"""What the audit log holds of a person: who did what with the customer stays, words that name them become a mark."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet
from siyu.privacy.rules.searching import needles_of

ROWS_MAX = 10_000
ABOUT = """
    SELECT at, actor_kind, actor_label, action, subject_type, subject_id, before, after FROM audit_entry
    WHERE brand_id = nullif(current_setting('siyu.brand_id'), '')::bigint AND subject_type = 'customer'
      AND subject_id = ANY(CAST(:customers AS text[])) ORDER BY audit_entry_id LIMIT :most
"""
COUNT_ABOUT = """
    SELECT count(*) FROM audit_entry WHERE subject_type = 'customer' AND subject_id = ANY(CAST(:customers AS text[]))
"""
NAMING = """
    SELECT count(*) FROM audit_entry a
    CROSS JOIN LATERAL (SELECT jsonb_build_array(a.before, a.after)::text AS said) t
    WHERE EXISTS (SELECT FROM unnest(CAST(:named AS text[])) w WHERE strpos(t.said, w) > 0)
       OR (a.subject_type = 'customer' AND a.subject_id = ANY(CAST(:customers AS text[]))
           AND EXISTS (SELECT FROM unnest(CAST(:names AS text[])) w WHERE strpos(t.said, w) > 0))
"""
REQUESTS = """
    SELECT request_id, kind, state, reason, asked_by, asked_at, due_on, finished_at FROM privacy_request
    WHERE customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY request_id LIMIT :most
"""
WORDS = Said("审计日志中提到此人的文字", "words in the audit log that name the person")
ENTRIES = Said("审计条目（谁在何时处理过该编号）", "audit entries: who did what with the number, and when")
WHY = Said("审计日志只增不改；条目中没有个人信息。", "The log of who did what is kept; it names nobody.")


class AuditPart:
    """The audit log."""

    name = "audit"
    tables: Mapping[str, str] = {
        "privacy_request": "requests",
        "inbox": "- facts on their way to the lake: there within seconds",
    }

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """Entries about the customer's numbers, and entries whose words name the person."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            given = _given(person)
            naming = session.scalar(text(NAMING), given) or 0
            about = session.scalar(text(COUNT_ABOUT), {"customers": given["customers"]}) or 0
        return (
            Holding("audit.words", WORDS, naming, Fate.REMOVED),
            Holding("audit.entries", ENTRIES, about, Fate.KEPT, WHY),
        )

    def forget(self, app: App, person: Person, *, now: datetime) -> None:  # noqa: ARG002 -- the protocol's
        """Words that name the person read `[erased]`."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            _replace(session, person)

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Who looked at the person's data or changed it. limits: 10,000 entries."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            given: dict[str, Any] = {"customers": _given(person)["customers"], "most": ROWS_MAX}
            rows = [dict(row) for row in session.execute(text(ABOUT), given).mappings()]
            given["customers"] = list(person.customer_ids)
            asked = [dict(row) for row in session.execute(text(REQUESTS), given).mappings()]
        return (
            Sheet("audit", Said("谁处理过这些数据", "Who worked with these data"), rows),
            Sheet("requests", Said("隐私申请", "Requests"), asked),
        )


def _replace(session: Session, person: Person) -> None:
    given = _given(person)
    session.execute(
        text(
            "SELECT siyu_forget_in_audit(CAST(:named AS text[]), CAST(:customers AS text[]), CAST(:names AS text[]))"
        ),
        given,
    )


def _given(person: Person) -> dict[str, list[str]]:
    """Words as JSON holds them; a name is looked for only where the customer is spoken of, for others bear it too."""
    whole = [
        *needles_of(person.values),
        *(value for space, value in person.values if needles_of([(space, value)])),
    ]
    return {
        "named": sorted({_in_json(word) for word in whole}),
        "names": sorted({_in_json(name) for name in person.names if name.strip()}),
        "customers": [str(one) for one in person.customer_ids],
    }


def _in_json(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)[1:-1]
