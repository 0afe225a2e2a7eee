"""The vendors there are, by the permanent name stored in a brand's channel."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from siyu.outreach.contracts import Callback, SmsProvider
from siyu.outreach.gateways.sandbox_sms import SandboxSms, read_callback
from siyu.outreach.rules.authenticity import SANDBOX_SIGNATURE_HEADER

SANDBOX = SandboxSms.name
PROVIDERS = (SANDBOX,)
SIGNATURE_HEADERS: Mapping[str, str] = {SANDBOX: SANDBOX_SIGNATURE_HEADER}
READERS: Mapping[str, Callable[..., Callback]] = {SANDBOX: read_callback}


@contextmanager
def opened_provider(name: str, *, base_url: str, key: str) -> Iterator[SmsProvider]:
    """A client of the vendor, closed at the end of the block."""
    assert name in PROVIDERS, f"there is no provider {name}"
    client = SandboxSms(base_url=base_url, key=key)
    try:
        yield client
    finally:
        client.close()
