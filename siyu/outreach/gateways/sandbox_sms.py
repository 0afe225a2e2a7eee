"""The sandbox vendor behind the protocol: batches out, one outcome for each message back, callbacks read."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from siyu.outreach.contracts import (
    Callback,
    MessageClass,
    OutboundSms,
    OutcomeKind,
    Receipt,
    ReceiptStatus,
    SendOutcome,
    SmsReply,
)
from siyu.outreach.errors import CallbackMalformed, ReceiptNotAuthentic
from siyu.outreach.rules.authenticity import is_authentic

BATCH_SIZE_MAX = 200
ATTEMPTS_MAX = 3
PAUSE_SECONDS = 0.2
TIMEOUT_SECONDS = 10.0
CALLBACK_ITEMS_MAX = 1_000

_VENDOR_BUSY = frozenset({"throttled"})
_FAULT_OF_THE_CALL = frozenset({401, 403, 408, 425, 429})
_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class SandboxSms:
    """A client of one sandbox. One connection pool, safe to share between the threads of a process."""

    name = "sandbox"
    batch_size_max = BATCH_SIZE_MAX

    def __init__(
        self,
        *,
        base_url: str,
        key: str,
        timeout_seconds: float = TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(
            base_url=base_url, headers=headers, timeout=timeout_seconds, transport=transport, trust_env=False
        )
        self._pause = pause

    def close(self) -> None:
        """The connections are closed."""
        self._client.close()

    def send(
        self,
        messages: Sequence[OutboundSms],
        *,
        signature: str,
        message_class: MessageClass,
        callback_url: str,
    ) -> list[SendOutcome]:
        """Each message has an outcome, in the order given; whatever happens, nothing is raised.

        Refused: the vendor said so of this message. Retryable: it was not taken. Uncertain: it may have been.
        A message sent again with its out_id is answered as the first time and not sent twice.

        limits   calls of at most BATCH_SIZE_MAX; ATTEMPTS_MAX when the network fails, none after a timeout
        """
        kind = message_class if message_class is MessageClass.TRANSACTIONAL else MessageClass.MARKETING
        envelope = {"sign": signature, "kind": kind.value, "callback_url": callback_url}
        outcomes: list[SendOutcome] = []
        for start in range(0, len(messages), BATCH_SIZE_MAX):
            outcomes += self._send_batch(messages[start : start + BATCH_SIZE_MAX], envelope)
        return outcomes

    def query(self, out_ids: Sequence[str]) -> dict[str, Receipt | None] | None:
        """What the sandbox knows of each message; None for one it never saw; None for all if it cannot be asked.

        limits   calls of at most BATCH_SIZE_MAX
        """
        known: dict[str, Receipt | None] = dict.fromkeys(out_ids)
        for start in range(0, len(out_ids), BATCH_SIZE_MAX):
            try:
                answer = self._client.post(
                    "/sms/query", json={"out_ids": list(out_ids[start : start + BATCH_SIZE_MAX])}
                )
                answer.raise_for_status()
                known |= {row["out_id"]: _receipt_of_row(row) for row in answer.json()["messages"]}
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                return None
        return known

    def _send_batch(self, batch: Sequence[OutboundSms], envelope: Mapping[str, Any]) -> list[SendOutcome]:
        messages = [{"out_id": sms.out_id, "phone": sms.phone, "text": sms.text} for sms in batch]
        answer = self._post({**envelope, "messages": messages})
        if isinstance(answer, tuple):
            kind, code = answer
            return [SendOutcome(sms.out_id, kind, error_code=code) for sms in batch]
        status = answer.status_code
        if answer.is_success:
            return _outcomes(batch, answer)
        if answer.is_client_error and status not in _FAULT_OF_THE_CALL:
            return self._find_the_fault(batch, envelope, status=status)
        return [SendOutcome(sms.out_id, OutcomeKind.RETRYABLE, error_code=f"http_{status}") for sms in batch]

    def _find_the_fault(
        self, batch: Sequence[OutboundSms], envelope: Mapping[str, Any], *, status: int
    ) -> list[SendOutcome]:
        """One message spoils the call for all: halves are sent until it stands alone, in at most 8 levels."""
        if len(batch) == 1:
            return [SendOutcome(batch[0].out_id, OutcomeKind.REFUSED, error_code=f"http_{status}")]
        middle = len(batch) // 2
        return [*self._send_batch(batch[:middle], envelope), *self._send_batch(batch[middle:], envelope)]

    def _post(self, body: Mapping[str, Any]) -> httpx.Response | tuple[OutcomeKind, str]:
        perhaps_arrived = False
        for attempt in range(ATTEMPTS_MAX):
            if attempt:
                self._pause(PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                return self._client.post("/sms/send", json=body)
            except _NEVER_ARRIVED:
                continue
            except httpx.TimeoutException:
                return OutcomeKind.UNCERTAIN, "timeout"
            except httpx.HTTPError:
                perhaps_arrived = True
        if perhaps_arrived:
            return OutcomeKind.UNCERTAIN, "connection_lost"
        return OutcomeKind.RETRYABLE, "unreachable_provider"


def read_callback(body: bytes, signature: str | None, *, key: str) -> Callback:
    """The receipts and replies of one authentic post; the route answers 2xx only after it has kept them.

    limits   CALLBACK_ITEMS_MAX receipts and replies together
    raises   ReceiptNotAuthentic, CallbackMalformed
    """
    if not is_authentic(body, signature, key):
        raise ReceiptNotAuthentic
    try:
        content = json.loads(body)
        receipts = tuple(_receipt(item) for item in content["receipts"])
        replies = tuple(_reply(item) for item in content["replies"])
    except (ValueError, KeyError, TypeError, AttributeError) as refused:
        raise CallbackMalformed(why=f"{type(refused).__name__} {refused}") from refused
    if len(receipts) + len(replies) > CALLBACK_ITEMS_MAX:
        raise CallbackMalformed(why=f"more than {CALLBACK_ITEMS_MAX} items")
    return Callback(receipts, replies)


def _outcomes(batch: Sequence[OutboundSms], answer: httpx.Response) -> list[SendOutcome]:
    """An outcome for every message of the batch, also for those the answer forgot or garbled."""
    try:
        by_out_id = {str(row["out_id"]): row for row in answer.json()["messages"]}
    except (ValueError, KeyError, TypeError):
        by_out_id = {}
    return [_outcome(sms.out_id, by_out_id.get(sms.out_id)) for sms in batch]


def _outcome(out_id: str, row: Mapping[str, Any] | None) -> SendOutcome:
    status = None if row is None else row.get("status")
    if row is None or status not in ("accepted", "refused"):
        return SendOutcome(out_id, OutcomeKind.UNCERTAIN, error_code="not_answered")
    segments = row.get("segments")
    if status == "accepted":
        return SendOutcome(
            out_id,
            OutcomeKind.ACCEPTED,
            provider_message_id=row.get("message_id"),
            segments=segments if isinstance(segments, int) else 0,
        )
    code = str(row.get("error_code") or "refused")
    kind = OutcomeKind.RETRYABLE if code in _VENDOR_BUSY else OutcomeKind.REFUSED
    return SendOutcome(out_id, kind, error_code=code)


def _receipt(item: Mapping[str, Any]) -> Receipt:
    code = item.get("error_code")
    return Receipt(
        out_id=str(item["out_id"]),
        status=ReceiptStatus(item["status"]),
        at=_moment(item["at"]),
        error_code=None if code is None else str(code),
        segments=int(item.get("segments") or 0),
    )


def _receipt_of_row(row: Mapping[str, Any]) -> Receipt:
    refused = row["state"] == "refused"
    seconds = row["done_at"] if row["done_at"] is not None else row["submitted_at"]
    return Receipt(
        out_id=str(row["out_id"]),
        status=ReceiptStatus.FAILED if refused else ReceiptStatus(row["state"]),
        at=datetime.fromtimestamp(float(seconds), UTC),
        error_code=row["error_code"],
        segments=int(row["segments"]),
    )


def _reply(item: Mapping[str, Any]) -> SmsReply:
    return SmsReply(
        phone=str(item["phone"]),
        text=str(item["text"]),
        signature=str(item["sign"]),
        at=_moment(item["at"]),
        out_id=item.get("out_id"),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)
