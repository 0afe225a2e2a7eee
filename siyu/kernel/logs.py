"""Structured logs on standard error: one JSON object a line, without personal data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PHONE = re.compile(r"(?<!\d)((?:(?:\+|00)?86[ -]?)?1)[3-9]\d{9}(?!\d)")
PERSONAL = "[personal]"
PERSONAL_KEYS = frozenset(
    {"phone", "name", "display_name", "address", "email", "openid", "password", "token"}
)


def configure_logs(level: str) -> None:
    """All loggers, ours and the libraries', write JSON lines to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_personal_data,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "procrastinate", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def without_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The event with personal fields removed and phone numbers masked wherever they stand.

    >>> without_personal_data(None, "", {"event": "sent to 13912345678", "name": "王芳"})
    {'event': 'sent to 1**********', 'name': '[personal]'}
    """
    for key, value in event.items():
        event[key] = PERSONAL if key in PERSONAL_KEYS else _masked(value)
    return event


def _masked(value: Any) -> Any:
    """The value without phone numbers and personal fields, however deep they lie."""
    if isinstance(value, str):
        return PHONE.sub(r"\1**********", value)
    if isinstance(value, dict):
        return {key: PERSONAL if key in PERSONAL_KEYS else _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_masked(item) for item in value]
    return value


def logger(name: str) -> Any:
    """A structured logger: `log.info("what happened", key=value)`."""
    return structlog.stdlib.get_logger(name)
