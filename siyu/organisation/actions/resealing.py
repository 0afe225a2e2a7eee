"""Secrets of second factors and of single sign-on come under a new key."""

from siyu.kernel.sealing import SealedColumn, SealedColumns
from siyu.organisation.actions.second_factor import totp_context
from siyu.organisation.actions.single_sign_on import secret_context

SEALED_PARTS = (
    SealedColumns(
        "organisation",
        (
            SealedColumn("user_totp", "secret_sealed", ("user_id",), totp_context("{user_id}")),
            SealedColumn("sign_on", "secret_sealed", ("brand_id",), secret_context("{brand}")),
        ),
    ),
)
