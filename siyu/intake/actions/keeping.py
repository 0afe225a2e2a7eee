"""What intake keeps for so long: rows and events that were turned away."""

from siyu.privacy.api import KeptFiles, KeptRows
from siyu.privacy.contracts import Said

KEEPINGS = (
    KeptFiles(
        "import_rejects", Said("导入中被拒收的行", "Rejected rows of imports"), 90, "imports", "*.rejects"
    ),
    KeptRows("event_rejects", Said("被拒收的事件", "Rejected events"), 90, "event_reject", "received_at"),
    KeptFiles(
        "uploads", Said("上传后没有导入的文件", "Uploaded files that no import took"), 7, "uploads", "*/*"
    ),
)
