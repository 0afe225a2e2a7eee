"""What destinations keep for so long: deliveries that ended, and what came of attempts."""

from siyu.privacy.api import KeptRows
from siyu.privacy.contracts import Said

KEEPINGS = (
    KeptRows("delivery_attempts", Said("对外推送的尝试记录", "Attempts of deliveries"), 30, "delivery_attempt", "at"),
    KeptRows("export_runs", Said("导出到去向的记录", "Exports that were written"), 365, "export_run", "finished_at"),
    KeptRows("deliveries", Said("已结束的对外推送", "Deliveries that ended"), 90, "delivery", "ended_at"),
)  # fmt: skip
