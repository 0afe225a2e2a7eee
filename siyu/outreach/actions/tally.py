"""What triggers counted about messages is folded, so that the sums of a campaign stay short."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of

ROWS_LEFT_ALONE = 200

FOLD = """
    WITH long AS (
        SELECT campaign_id FROM message_tally WHERE brand_id = :brand GROUP BY campaign_id HAVING count(*) > :alone
    ), taken AS (
        SELECT tally_id FROM message_tally WHERE brand_id = :brand AND campaign_id IN (SELECT campaign_id FROM long)
        FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM message_tally t USING taken WHERE t.tally_id = taken.tally_id
        RETURNING t.brand_id, t.campaign_id, t.state, t.reason, t.messages, t.segments, t.cost_centifen, t.opted_out
    )
    INSERT INTO message_tally (brand_id, campaign_id, state, reason, messages, segments, cost_centifen, opted_out)
    SELECT brand_id, campaign_id, state, reason, sum(messages), sum(segments), sum(cost_centifen), sum(opted_out)
    FROM gone GROUP BY brand_id, campaign_id, state, reason
    HAVING (sum(messages), sum(segments), sum(cost_centifen), sum(opted_out)) <> (0, 0, 0, 0)
"""


def fold_tallies(session: Session, *, rows_left_alone: int = ROWS_LEFT_ALONE) -> None:
    """Each campaign with more rows than this has one a state instead; no sum changes, nobody is waited for."""
    session.execute(text(FOLD), {"brand": brand_of(session), "alone": rows_left_alone})
