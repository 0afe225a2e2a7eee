"""The vendor's key comes under a new key of ours."""

from siyu.kernel.sealing import SealedColumn, SealedColumns
from siyu.outreach.queries.channel import key_context

SEALED_PARTS = (
    SealedColumns(
        "outreach", (SealedColumn("sms_channel", "key_sealed", ("brand_id",), key_context("{brand}")),)
    ),
)
