"""What destinations have sealed comes under a new key."""

from siyu.destinations.actions.secrets import secret_context
from siyu.kernel.sealing import SealedColumn, SealedColumns

BRAND = "{brand}"
SEALED_PARTS = (
    SealedColumns(
        "destinations",
        (
            SealedColumn("destination", "secret_sealed", ("destination_id",), secret_context(BRAND)),
            SealedColumn("destination", "former_secret_sealed", ("destination_id",), secret_context(BRAND)),
        ),
    ),
)
