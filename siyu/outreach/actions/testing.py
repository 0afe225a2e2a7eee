"""A test send: a few numbers get the text now; nothing of it is a message to a customer."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.outreach.actions.plan import check_template
from siyu.outreach.contracts import (
    FrozenTemplate,
    OutboundSms,
    OutcomeKind,
    SendOutcome,
    TestOutcome,
    VariableSource,
)
from siyu.outreach.errors import BadTestNumbers
from siyu.outreach.gateways.providers import opened_provider
from siyu.outreach.queries.channel import line_of
from siyu.outreach.queries.texts import rendered, values_for
from siyu.outreach.rules.numbering import out_id_of
from siyu.outreach.rules.opt_out import OPT_OUT_URL, sample_link
from siyu.outreach.rules.values import all_variables
from siyu.people.api import mask

NUMBERS_MAX = 10


def send_test(
    app: App,
    *,
    brand_id: int,
    numbers: Sequence[str],
    template: FrozenTemplate,
    customer_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> list[TestOutcome]:
    """Each number has been offered the text, made for this customer or with sample values.

    No caps, quiet hours or consent: the numbers are the tester's. Receipts of tests are passed over.

    raises   BadTestNumbers, ChannelNotReady, TemplateRefused, TemplateValueMissing, TextTooLong
    effects  audit channel.tested with how many numbers; the vendor is called outside any transaction
    limits   10 numbers
    """
    if not 1 <= len(numbers) <= NUMBERS_MAX:
        raise BadTestNumbers(numbers_max=NUMBERS_MAX, given=len(numbers))
    sources = app.wiring.of(VariableSource)
    with app.db.transaction(brand_id=brand_id) as session:
        line = line_of(session, cipher=app.cipher)
        check_template(template, sources=sources)
        values: dict[str, object] = {one.name: one.sample for one in all_variables(sources)}
        values[OPT_OUT_URL] = sample_link(app.settings.address, brand_id=brand_id)
        if customer_id is not None:
            values = values_for(
                session, cipher=app.cipher, template=template, customer_ids=[customer_id], sources=sources,
                address=app.settings.address,
            )[customer_id]  # fmt: skip
        message = rendered(template, values)
        record(
            session, actor=actor, action="channel.tested", subject=("channel", "sms"),
            after={"numbers": len(numbers)}, now=now,
        )  # fmt: skip
    letters = [
        OutboundSms(f"{out_id_of(line.out_prefix, 0)}t{secrets.token_hex(6)}", number, message.text)
        for number in numbers
    ]
    with opened_provider(line.provider, base_url=line.base_url, key=line.key) as provider:
        outcomes = provider.send(
            letters,
            signature=template.signature or line.signature,
            message_class=template.message_class,
            callback_url=app.settings.address + line.callback_path,
        )
    return [
        _seen(letter, outcome, message.segments) for letter, outcome in zip(letters, outcomes, strict=True)
    ]


def _seen(letter: OutboundSms, outcome: SendOutcome, segments: int) -> TestOutcome:
    accepted = outcome.kind is OutcomeKind.ACCEPTED
    return TestOutcome(mask(letter.phone), outcome.kind, outcome.error_code, segments if accepted else 0)
