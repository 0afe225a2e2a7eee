"""The sender: claims, calls the vendor outside any transaction, writes down what came of it, until nothing is due."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.errors import SiyuError
from siyu.kernel.logs import logger
from siyu.outreach.actions.answer import write_found, write_outcomes, write_unwritable
from siyu.outreach.actions.claim import Claim, claim_due
from siyu.outreach.actions.opting_out import opt_out_link
from siyu.outreach.actions.wake import next_due, wake_sender
from siyu.outreach.contracts import (
    FrozenTemplate,
    OutboundSms,
    OutcomeKind,
    SendOutcome,
    SmsProvider,
    VariableSource,
)
from siyu.outreach.errors import ChannelNotReady
from siyu.outreach.gateways.providers import opened_provider
from siyu.outreach.queries.channel import Line, line_of
from siyu.outreach.queries.texts import rendered, templates_of, values_for
from siyu.outreach.rules.numbering import out_id_of
from siyu.outreach.rules.opt_out import OPT_OUT_URL
from siyu.people.api import addresses_of

log = logger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Pace:
    """How a sending job goes about it.

    `patience`: how long a claim is left alone before its message is asked about; longer than a call can take.
    `watch`: a further job looks after this time, should this one die. `turn`: after so long a job makes room.
    """

    batch: int = 200
    patience: timedelta = timedelta(seconds=90)
    watch: timedelta = timedelta(seconds=120)
    turn: timedelta = timedelta(seconds=30)
    switched_off: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Letters:
    """The claims of one batch with their texts; `unwritable` says why others have none."""

    batches: tuple[tuple[FrozenTemplate, tuple[OutboundSms, ...]], ...]
    claims: tuple[Claim, ...]
    unwritable: dict[int, str] = field(default_factory=dict)


def send_due(app: App, *, brand_id: int, clock: Clock, pace: Pace | None = None) -> int:
    """Every message of the brand that was due has been handed over, put off, suppressed or found out about.

    Safe to run twice at once and to be killed anywhere: a claim is committed before the vendor is called, every
    attempt bears the same out_id, and what was lost in between is asked about before it is sent again.

    returns  how many due messages it took up
    effects  message rows, message_event facts; a later job for what is due later
    """
    pace = pace or Pace()
    with app.db.transaction(brand_id=brand_id) as session:
        due, now = next_due(session), clock()
        if due is None or due > now:
            _wake_at(session, due, now)
            return 0
        wake_sender(session, at=now + pace.watch, now=now)
        line = _line_or_none(session, app)
    if line is None:
        _come_back(app, brand_id, clock(), not_before=clock() + pace.switched_off)
        return 0
    taken, ends = 0, time.monotonic() + pace.turn.total_seconds()
    with opened_provider(line.provider, base_url=line.base_url, key=line.key) as provider:
        sender = _Sender(app, brand_id, line, provider, clock, pace)
        while time.monotonic() < ends:
            seen = sender.send_batch()
            taken += seen
            if seen == 0:
                break
    _come_back(app, brand_id, clock())
    return taken


def _line_or_none(session: Session, app: App) -> Line | None:
    try:
        return line_of(session, cipher=app.cipher)
    except ChannelNotReady:
        return None


def _come_back(app: App, brand_id: int, now: datetime, *, not_before: datetime | None = None) -> None:
    """A job is there for the next due message, if there is one."""
    with app.db.transaction(brand_id=brand_id) as session:
        due = next_due(session)
        _wake_at(session, due and max(due, not_before or due), now)


def _wake_at(session: Session, due: datetime | None, now: datetime) -> None:
    if due is not None:
        wake_sender(session, at=due, now=now)


@dataclass(frozen=True, slots=True)
class _Sender:
    """One job's way to send: its line, its client, its clock."""

    app: App
    brand_id: int
    line: Line
    provider: SmsProvider
    clock: Clock
    pace: Pace

    def send_batch(self) -> int:
        """One batch is claimed, handed over and written down.

        returns  how many due messages were seen; 0 means nothing is due
        """
        with self.app.db.transaction(brand_id=self.brand_id) as session:
            claims = claim_due(
                session, line=self.line, limit=self.pace.batch, patience=self.pace.patience, now=self.clock()
            )
        if claims.to_send:
            self._hand_over(claims.to_send)
        if claims.to_ask:
            self._ask(claims.to_ask)
        return claims.seen

    def _hand_over(self, claims: Sequence[Claim]) -> None:
        letters = self._letters(claims)
        outcomes: dict[str, SendOutcome] = {}
        for template, batch in letters.batches:
            answers = self.provider.send(
                batch,
                signature=template.signature or self.line.signature,
                message_class=template.message_class,
                callback_url=self.app.settings.address + self.line.callback_path,
            )
            outcomes |= {answer.out_id: answer for answer in answers}
        answered = {
            claim.message_id: outcomes.get(self._out_id(claim), _silence(self._out_id(claim)))
            for claim in letters.claims
        }
        tokens = {claim.message_id: claim.token for claim in claims}
        with self.app.db.transaction(brand_id=self.brand_id) as session:
            now = self.clock()
            write_outcomes(session, claims=letters.claims, outcomes=answered, price=self.line.price, now=now)
            write_unwritable(session, errors=letters.unwritable, tokens=tokens, now=now)
        counted = {kind.value: 0 for kind in OutcomeKind}
        for outcome in answered.values():
            counted[outcome.kind.value] += 1
        log.info("a batch was handed over", brand_id=self.brand_id, **counted)

    def _ask(self, claims: Sequence[Claim]) -> None:
        by_out_id = {self._out_id(claim): claim.message_id for claim in claims}
        known = self.provider.query(list(by_out_id))
        found = None if known is None else {by_out_id[out_id]: receipt for out_id, receipt in known.items()}
        with self.app.db.transaction(brand_id=self.brand_id) as session:
            write_found(session, claims=claims, found=found, price=self.line.price, now=self.clock())

    def _letters(self, claims: Sequence[Claim]) -> Letters:
        """The texts and numbers of the claims, read in one short transaction."""
        with self.app.db.transaction(brand_id=self.brand_id) as session:
            templates = templates_of(session, template_ids=sorted({claim.template_id for claim in claims}))
            phones = addresses_of(
                session, cipher=self.app.cipher, address_ids=[claim.address_id for claim in claims]
            )
            written: dict[int, OutboundSms] = {}
            unwritable: dict[int, str] = {}
            batches: list[tuple[FrozenTemplate, tuple[OutboundSms, ...]]] = []
            ordered = sorted(claims, key=lambda claim: (claim.template_id, claim.message_id))
            for template_id, grouped in groupby(ordered, key=lambda claim: claim.template_id):
                group = list(grouped)
                texts = self._texts(session, templates[template_id], group, unwritable)
                ready = {
                    claim.message_id: OutboundSms(self._out_id(claim), phone, texts[claim.message_id])
                    for claim in group
                    if claim.message_id in texts and (phone := phones.get(claim.address_id)) is not None
                }
                gone = [
                    one.message_id for one in group if one.message_id in texts and one.message_id not in ready
                ]
                unwritable |= dict.fromkeys(gone, "address_gone")
                batches.append((templates[template_id], tuple(ready.values())))
                written |= ready
        sendable = tuple(claim for claim in claims if claim.message_id in written)
        return Letters(tuple(batches), sendable, unwritable)

    def _texts(
        self, session: Session, template: FrozenTemplate, claims: Sequence[Claim], unwritable: dict[int, str]
    ) -> dict[int, str]:
        try:
            values = values_for(
                session,
                cipher=self.app.cipher,
                template=template,
                customer_ids=sorted({claim.customer_id for claim in claims}),
                sources=self.app.wiring.of(VariableSource),
            )
        except SiyuError as refused:
            unwritable |= {claim.message_id: refused.code for claim in claims}
            return {}
        texts: dict[int, str] = {}
        for claim in claims:
            try:
                link = opt_out_link(
                    self.app.cipher, address=self.app.settings.address, brand_id=self.brand_id,
                    message_id=claim.message_id,
                )  # fmt: skip
                own = {**values[claim.customer_id], OPT_OUT_URL: link}
                texts[claim.message_id] = rendered(template, own).text
            except SiyuError as refused:
                unwritable[claim.message_id] = refused.code
        return texts

    def _out_id(self, claim: Claim) -> str:
        return out_id_of(self.line.out_prefix, claim.message_id)


def _silence(out_id: str) -> SendOutcome:
    return SendOutcome(out_id, OutcomeKind.UNCERTAIN, error_code="not_answered")
