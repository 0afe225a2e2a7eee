"""What the vendor does: takes a batch, delivers what is due, notes replies; each in one transaction."""

import json
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from siyu_sandbox.rules import (
    chance_of,
    fate_of,
    is_opt_out,
    plain_number,
    refusal_of,
    segments_of,
    vendor_day,
)
from siyu_sandbox.schemas import Control, Kind, Mode, SendIn, SmsIn
from siyu_sandbox.store import Row, Store

DELIVERIES_PER_PASS_MAX = 2_000
ANY_SIGN = "*"

_INSERT = """
INSERT INTO message (out_id, message_id, phone, sign, text, kind, callback_url, segments, state, error_code,
                     fate_state, fate_code, due_at, submitted_at, done_at, day)
VALUES (:out_id, :message_id, :phone, :sign, :text, :kind, :callback_url, :segments, :state, :error_code,
        :fate_state, :fate_code, :due_at, :submitted_at, :done_at, :day)
"""
_POST = "INSERT INTO outbox (callback_url, kind, payload, next_try_at) VALUES (?, ?, ?, ?)"


@dataclass
class Circumstances:
    """What the vendor knows before it judges a batch, kept up to date message by message."""

    answers: dict[str, Row]
    sent_today: Counter[str]
    blacklisted: set[str]


def read_control(store: Store) -> Control:
    """The present behaviour, as last set."""
    kept = store.setting("control")
    return Control.model_validate_json(kept) if kept else Control()


def change_control(store: Store, changes: dict[str, Any]) -> Control:
    """The given fields are changed, the others stay; setting a mode without `calls` makes it last.

    raises  pydantic.ValidationError
    """
    with store.transaction():
        lasting = {"calls": None} if "mode" in changes else {}
        control = Control.model_validate(read_control(store).model_dump() | lasting | changes)
        store.remember("control", control.model_dump_json())
    return control


def mode_of_call(store: Store) -> Mode:
    """The mode that this call meets; a mode limited to some calls has one fewer left."""
    with store.transaction():
        control = read_control(store)
        if control.calls is not None:
            left = control.calls - 1
            after = {"calls": left} if left else {"calls": None, "mode": Mode.NORMAL}
            store.remember("control", control.model_copy(update=after).model_dump_json())
    return control.mode


def take_batch(store: Store, request: SendIn, *, seed: int, now: float) -> list[Row]:
    """Each message is answered: accepted or refused for its own reason. An `out_id` seen before gets its
    first answer again and nothing is sent.

    returns  in the order of the request: out_id, status, message_id, error_code, segments, repeated
    effects  one row in message for each new out_id
    """
    control = read_control(store)
    with store.transaction():
        known = _circumstances(store, request, day=vendor_day(now))
        seen_before = [sms.out_id for sms in request.messages if sms.out_id in known.answers]
        fresh: list[Row] = []
        answers: list[Row] = []
        for sms in request.messages:
            repeated = sms.out_id in known.answers
            if not repeated:
                fresh.append(_judge(sms, request, known, control=control, seed=seed, now=now))
            answers.append(known.answers[sms.out_id] | {"repeated": repeated})
        # A busy vendor forgets whom it turned away, so that the same out_id may come again.
        store.run_many(_INSERT, [row for row in fresh if row["error_code"] != "throttled"])
        store.run_many(
            "UPDATE message SET submissions = submissions + 1 WHERE out_id = ?",
            [(out_id,) for out_id in seen_before],
        )
    return answers


def _circumstances(store: Store, request: SendIn, *, day: str) -> Circumstances:
    phones = [plain_number(sms.phone) for sms in request.messages]
    answered = store.rows_in(
        "SELECT out_id, message_id, error_code, segments, state FROM message"
        " WHERE out_id IN (SELECT value FROM json_each(?))",
        [sms.out_id for sms in request.messages],
    )
    today = store.rows_in(
        "SELECT phone, count(*) AS sent FROM message WHERE phone IN (SELECT value FROM json_each(?))"
        " AND day = ? AND kind = 'marketing' AND state <> 'refused' GROUP BY phone",
        phones,
        day,
    )
    refused = store.rows_in(
        "SELECT phone FROM blacklist WHERE phone IN (SELECT value FROM json_each(?)) AND sign IN (?, ?)",
        phones,
        request.sign,
        ANY_SIGN,
    )
    return Circumstances(
        answers={row["out_id"]: _first_answer(row) for row in answered},
        sent_today=Counter({row["phone"]: row["sent"] for row in today}),
        blacklisted={row["phone"] for row in refused},
    )


def _first_answer(row: Row) -> Row:
    refused = row["state"] == "refused"
    return {
        "out_id": row["out_id"],
        "status": "refused" if refused else "accepted",
        "message_id": row["message_id"],
        "error_code": row["error_code"] if refused else None,
        "segments": row["segments"],
    }


def _judge(
    sms: SmsIn, request: SendIn, known: Circumstances, *, control: Control, seed: int, now: float
) -> Row:
    phone, text = plain_number(sms.phone), request.text if sms.text is None else sms.text
    refusal = refusal_of(
        phone=phone,
        text=text,
        marketing=request.kind is Kind.MARKETING,
        blacklisted=phone in known.blacklisted,
        sent_today=known.sent_today[phone],
        per_day_max=control.marketing_per_day_max,
    )
    fate = fate_of(seed=seed, out_id=sms.out_id, phone=phone, fail_rate=control.fail_rate)
    accepted = refusal is None
    if accepted and request.kind is Kind.MARKETING:
        known.sent_today[phone] += 1
    # Half to one and a half times the delay, so that receipts do not come in the order of the messages.
    delay = control.delivery_delay_seconds * (0.5 + chance_of(seed, "delay", sms.out_id))
    row = {
        "out_id": sms.out_id,
        "message_id": uuid.uuid4().hex if accepted else None,
        "phone": phone,
        "sign": request.sign,
        "text": text,
        "kind": request.kind.value,
        "callback_url": request.callback_url,
        "segments": segments_of(text) if accepted else 0,
        "state": "accepted" if accepted else "refused",
        "error_code": refusal,
        "fate_state": fate.state if accepted else None,
        "fate_code": fate.error_code if accepted else None,
        "due_at": now + delay if accepted and not fate.silent else None,
        "submitted_at": now,
        "done_at": None if accepted else now,
        "day": vendor_day(now),
    }
    known.answers[sms.out_id] = _first_answer(row)
    return row


def deliver_due(store: Store, *, seed: int, now: float, out_ids: list[str] | None = None) -> int:
    """Messages that are due have met their fate and their receipts wait to be posted.

    returns  how many; at most DELIVERIES_PER_PASS_MAX. With `out_ids`, these at once, due or not
    effects  message rows delivered or failed; rows in outbox
    """
    control = read_control(store)
    with store.transaction():
        due = _due(store, now=now, out_ids=out_ids)
        store.run_many(
            "UPDATE message SET state = fate_state, error_code = fate_code, done_at = ? WHERE seq = ?",
            [(now, row["seq"]) for row in due],
        )
        if control.mode is not Mode.NO_RECEIPTS:
            store.run_many(_POST, [post for row in due for post in _receipts(row, control=control, now=now)])
        for row in due:
            leaves = chance_of(seed, "opt_out", row["out_id"]) < control.opt_out_rate
            if leaves and row["fate_state"] == "delivered" and row["kind"] == Kind.MARKETING:
                _note_reply(store, row, text="R", now=now)
    return len(due)


def _due(store: Store, *, now: float, out_ids: list[str] | None) -> list[Row]:
    if out_ids is not None:
        return store.rows_in(
            "SELECT * FROM message WHERE out_id IN (SELECT value FROM json_each(?))"
            " AND state = 'accepted' AND due_at IS NOT NULL",
            out_ids,
        )
    return store.rows(
        "SELECT * FROM message WHERE state = 'accepted' AND due_at <= ? ORDER BY due_at LIMIT ?",
        (now, DELIVERIES_PER_PASS_MAX),
    )


def _receipts(row: Row, *, control: Control, now: float) -> list[tuple[Any, ...]]:
    if row["callback_url"] is None:
        return []
    statuses = [(row["fate_state"], row["fate_code"])]
    if control.mode is Mode.CONTRADICTING_RECEIPTS:
        opposite = ("failed", "phone_off") if row["fate_state"] == "delivered" else ("delivered", None)
        statuses.append(opposite)
    return [
        (
            row["callback_url"],
            "receipt",
            json.dumps(
                {
                    "out_id": row["out_id"],
                    "message_id": row["message_id"],
                    "status": status,
                    "error_code": code,
                    "at": datetime.fromtimestamp(now, UTC).isoformat(),
                    "segments": row["segments"],
                }
            ),
            now,
        )
        for status, code in statuses
    ]


def take_reply(store: Store, *, phone: str, text: str, now: float) -> Row | None:
    """The person's answer waits to be posted to whoever wrote to them last; a refusal binds the vendor too.

    returns  the message that was answered; None if nothing ever reached the number
    """
    with store.transaction():
        last = store.rows(
            "SELECT * FROM message WHERE phone = ? AND state = 'delivered' ORDER BY seq DESC LIMIT 1",
            (plain_number(phone),),
        )
        if last:
            _note_reply(store, last[0], text=text, now=now)
    return last[0] if last else None


def _note_reply(store: Store, row: Row, *, text: str, now: float) -> None:
    if is_opt_out(text):
        store.run("INSERT OR IGNORE INTO blacklist VALUES (?, ?)", (row["phone"], row["sign"]))
    if row["callback_url"] is None:
        return
    reply = {
        "phone": row["phone"],
        "text": text,
        "sign": row["sign"],
        "out_id": row["out_id"],
        "at": datetime.fromtimestamp(now, UTC).isoformat(),
    }
    store.run(_POST, (row["callback_url"], "reply", json.dumps(reply), now))
