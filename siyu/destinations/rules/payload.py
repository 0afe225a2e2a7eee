"""The body of a webhook: what of a fact goes out."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

EVENTS_MAX = 500  # a body
OWN_EVENTS = "event"
TAKEN_BACK, OURS = "taken_back", "siyu"
_LEFT_OUT = frozenset({"rowid", "customer_id", "identity_id", "occurred_at", "source", "batch_id", "more"})


def delivery_name(delivery_id: int) -> str:
    """How a delivery is called by both sides, at every attempt.

    >>> delivery_name(12)
    'dlv_12'
    """
    return f"dlv_{delivery_id}"


def body_of(
    fact: str, rows: Sequence[Mapping[str, Any]], *, table: str, brand_code: str, batch_id: int, created_at: datetime,
    identities: Mapping[int, Sequence[Mapping[str, str]]] | None = None, left_out: int = 0,
) -> bytes:  # fmt: skip
    """The JSON that is signed and sent: the same rows give the same bytes.

    `rows`: of one lake table, with their rowid. `identities`: who customers are, where that may be told.
    `left_out`: how many events are not told, for their customers did not agree.
    """
    events = [_event(row, fact, table, identities) for row in rows]
    data: dict[str, Any] = {"brand": brand_code, "batch_id": batch_id, "events": events}
    if left_out:
        data["left_out"] = left_out
    whole = {"type": fact, "timestamp": _plain(created_at), "data": data}
    return _json(whole)


def taken_back_body(
    fact: str, *, table: str, brand_code: str, batch_id: int, rows: tuple[int, int], events: int, at: datetime
) -> bytes:  # fmt: skip
    """The JSON that says: the facts of this kind and batch, told before under these ids, are so no more.

    `rows`: the first and the last that was told of.

    >>> b'"first_event_id":"order-7","last_event_id":"order-9"' in taken_back_body("order", table="order",
    ...     brand_code="tea", batch_id=3, rows=(7, 9), events=3, at=datetime(2026, 11, 2))
    True
    """
    first, last = rows
    told = {
        "event_id": f"{TAKEN_BACK}-{batch_id}-{fact}", "event": TAKEN_BACK, "customer_id": None,
        "occurred_at": _plain(at), "source": OURS,
        "properties": {
            "fact": fact, "batch_id": batch_id, "events": events, "first_event_id": f"{table}-{first}",
            "last_event_id": f"{table}-{last}",
        },
    }  # fmt: skip
    data = {"brand": brand_code, "batch_id": batch_id, "events": [told]}
    return _json({"type": TAKEN_BACK, "timestamp": _plain(at), "data": data})


def _json(whole: Mapping[str, Any]) -> bytes:
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _event(
    row: Mapping[str, Any],
    fact: str,
    table: str,
    identities: Mapping[int, Sequence[Mapping[str, str]]] | None,
) -> dict[str, Any]:
    """One fact; its id is for ever, so that a receiver can drop what comes twice.

    A fact's number in its lake table stays with it through every change of files.
    """
    told: dict[str, Any] = {
        "event_id": f"{table}-{row['rowid']}", "event": fact, "customer_id": row["customer_id"],
        "occurred_at": _plain(row["occurred_at"]), "source": row["source"],
    }  # fmt: skip
    if table == OWN_EVENTS:
        told |= {
            "event": row["name"],
            "version": row["version"],
            "properties": _object(row["properties"]),
        }
    else:
        own = {name: _plain(value) for name, value in row.items() if name not in _LEFT_OUT}
        more = _object(row.get("more"))
        told["properties"] = more | {name: value for name, value in own.items() if value is not None}
    if identities is not None:
        told["identities"] = list(identities.get(row["customer_id"] or 0, ()))
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _object(text: str | None) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
