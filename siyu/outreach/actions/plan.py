"""Messages are planned for a set of customers, and stopped, each in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.outreach.actions.moves import Changed, publish_changes
from siyu.outreach.actions.wake import wake_sender
from siyu.outreach.contracts import Channel, FrozenTemplate, MessageState, VariableSource
from siyu.outreach.errors import TemplateRefused
from siyu.outreach.queries.channel import check_ready
from siyu.outreach.rules.lint import Severity, lint_template
from siyu.outreach.rules.values import known_variables

USEFUL_FOR = timedelta(days=3)
STOPPED_A_CHUNK = 20_000

FREEZE = """
    INSERT INTO message_template (brand_id, campaign_id, text, signature, opt_out_line, message_class, created_at,
                                  consent_text_id)
    VALUES (:brand, :campaign, :text, :signature, :opt_out_line, :message_class, :now, CAST(:consent_text AS bigint))
    ON CONFLICT (brand_id, campaign_id) DO NOTHING
"""

PLAN = """
    INSERT INTO message (brand_id, send_key, campaign_id, customer_id, address_id, template_id, channel,
                         message_class, state, attempts, segments, cost_centifen, next_attempt_at, expires_at,
                         planned_at)
    SELECT t.brand_id, 'campaign:' || t.campaign_id || ':customer:' || r.customer_id, t.campaign_id, r.customer_id,
           r.address_id, t.template_id, :outreach_channel, t.message_class, :outreach_state, 0, 0, 0,
           :outreach_not_before, :outreach_expires_at, :outreach_now
    FROM ({recipients}) r
    JOIN message_template t ON t.brand_id = :outreach_brand AND t.campaign_id = :outreach_campaign
    ORDER BY r.customer_id
    ON CONFLICT (brand_id, send_key) DO NOTHING
"""

STOP = """
    WITH waiting AS (
        SELECT message_id FROM message
        WHERE brand_id = :brand AND campaign_id = :campaign AND state IN ('planned', 'deferred')
        ORDER BY message_id LIMIT :limit FOR UPDATE
    )
    UPDATE message m SET state = 'stopped', next_attempt_at = NULL, final_at = :now
    FROM waiting w WHERE m.message_id = w.message_id
    RETURNING m.message_id, m.campaign_id, m.customer_id, m.address_id, m.channel, m.state, m.reason, m.detail,
              m.segments, m.cost_centifen
"""


def plan_messages(
    session: Session,
    *,
    campaign_id: int,
    recipients_sql: str,
    parameters: Mapping[str, Any],
    template: FrozenTemplate,
    now: datetime,
    not_before: datetime,
    useful_for: timedelta = USEFUL_FOR,
    sources: Sequence[VariableSource] = (),
) -> int:
    """Each customer of the query has one planned message of this campaign, however often this is called.

    `recipients_sql` is a SELECT of customer_id, address_id, trusted and of ours; its parameters do not begin with
    `outreach_`. The first template planned for a campaign stays. A message not sent within `useful_for` of
    `not_before` is dropped with its reason.

    returns  how many messages are new
    raises   ChannelNotReady, TemplateRefused
    effects  message rows, one message_template row, one sending job
    """
    check_ready(session)
    check_template(template, sources=sources)
    brand_id = brand_of(session)
    session.execute(
        text(FREEZE),
        {
            "brand": brand_id,
            "campaign": campaign_id,
            "text": template.text,
            "signature": template.signature,
            "opt_out_line": template.opt_out_line,
            "message_class": template.message_class.value,
            "consent_text": template.consent_text_id,
            "now": now,
        },
    )
    not_before = max(not_before, now)
    planned: Any = session.execute(
        text(PLAN.format(recipients=recipients_sql)),
        {
            **parameters,
            "outreach_brand": brand_id,
            "outreach_campaign": campaign_id,
            "outreach_channel": Channel.SMS.value,
            "outreach_state": MessageState.PLANNED.value,
            "outreach_not_before": not_before,
            "outreach_expires_at": not_before + useful_for,
            "outreach_now": now,
        },
    )
    if planned.rowcount:
        wake_sender(session, at=not_before, now=now)
    return int(planned.rowcount)


def stop_messages(session: Session, *, campaign_id: int, now: datetime) -> int:
    """Messages of the campaign that nobody has taken up are stopped; those at the vendor's run their course.

    returns  how many were stopped
    effects  a message_event fact each
    limits   20,000 of them in memory at a time
    """
    stopped = 0
    names = {"brand": brand_of(session), "campaign": campaign_id, "now": now, "limit": STOPPED_A_CHUNK}
    while rows := session.execute(text(STOP), names).all():
        publish_changes(session, [Changed(*row) for row in rows], now=now)
        stopped += len(rows)
    return stopped


def check_template(template: FrozenTemplate, *, sources: Sequence[VariableSource] = ()) -> None:
    """Returns if a message can be made of the template; an unknown variable, say, cannot.

    raises  TemplateRefused with the place and the remedy of the first error
    """
    findings = lint_template(
        template.text,
        known_variables(sources),
        signature=template.signature or None,
        opt_out_line=template.opt_out_line or None,
        message_class=template.message_class,
    )
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise TemplateRefused(
                line=finding.line, column=finding.column, remedy=finding.remedy, remedy_zh=finding.remedy_zh
            )
