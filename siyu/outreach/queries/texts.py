"""Texts are made for real customers: values by set, never one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import SiyuError
from siyu.outreach.contracts import FrozenTemplate, MessageClass, RenderedMessage, VariableSource
from siyu.outreach.models import MessageTemplate
from siyu.outreach.rules.opt_out import OPT_OUT_URL, sample_link
from siyu.outreach.rules.template import RenderedSms, names_used, render_sms
from siyu.outreach.rules.values import NAME
from siyu.people.api import mask_name, names_of

PREVIEWS_MAX = 200
SAMPLE_ADDRESS = "https://example.com"

OWN = VariableSource(
    (NAME,),
    lambda session, *, cipher, customer_ids, reveal: {
        who: {NAME.name: (name if reveal else mask_name(name)) if name else None}
        for who, name in names_of(session, cipher=cipher, customer_ids=customer_ids).items()
    },
)


def templates_of(session: Session, *, template_ids: Sequence[int]) -> dict[int, FrozenTemplate]:
    """The frozen templates with these numbers."""
    rows = session.scalars(select(MessageTemplate).where(MessageTemplate.template_id.in_(template_ids)))
    return {
        row.template_id: FrozenTemplate(
            row.text, row.signature, row.opt_out_line, MessageClass(row.message_class), row.consent_text_id
        )
        for row in rows
    }


def values_for(
    session: Session,
    *,
    cipher: Cipher,
    template: FrozenTemplate,
    customer_ids: Sequence[int],
    sources: Sequence[VariableSource] = (),
    reveal: bool = True,
    address: str = "",
) -> dict[int, dict[str, Any]]:
    """The values that the template asks for, of each customer; sources it does not need are not asked.

    The opt-out link is a sample as long as the real one, which only a message has. `address`: where Siyu is reached.

    raises  TemplateRefused
    """
    used = names_used(template.text)
    link = {OPT_OUT_URL: sample_link(address or SAMPLE_ADDRESS, brand_id=brand_of(session))}
    values: dict[int, dict[str, Any]] = {customer_id: dict(link) for customer_id in customer_ids}
    for source in (OWN, *sources):
        if used.isdisjoint(variable.name for variable in source.variables):
            continue
        found = source.values(session, cipher=cipher, customer_ids=list(customer_ids), reveal=reveal)
        for customer_id, known in found.items():
            values[customer_id] |= known
    return values


def rendered(template: FrozenTemplate, values: Mapping[str, Any]) -> RenderedSms:
    """The text of one message.

    raises  TemplateRefused, TemplateValueMissing, TemplateValueRefused, TextTooLong
    """
    opt_out_line = None if template.message_class is MessageClass.TRANSACTIONAL else template.opt_out_line
    return render_sms(template.text, values, template.signature or None, opt_out_line or None)


def preview(
    session: Session,
    *,
    cipher: Cipher,
    template: FrozenTemplate,
    customer_ids: Sequence[int],
    sources: Sequence[VariableSource] = (),
    reveal: bool = False,
    address: str = "",
) -> list[RenderedMessage]:
    """What each customer would get, in the order given; names are masked unless `reveal`.

    returns  with the segments of the real text, or with why there is no text for this customer
    limits   200 customers
    """
    wanted = list(customer_ids)[:PREVIEWS_MAX]
    try:
        real = values_for(
            session, cipher=cipher, template=template, customer_ids=wanted, sources=sources, reveal=True,
            address=address,
        )  # fmt: skip
        shown = real if reveal else values_for(
            session, cipher=cipher, template=template, customer_ids=wanted, sources=sources, reveal=False,
            address=address,
        )  # fmt: skip
    except SiyuError as refused:
        return [_without_text(customer_id, refused) for customer_id in wanted]
    return [
        _previewed(customer_id, template, real[customer_id], shown[customer_id]) for customer_id in wanted
    ]


def _previewed(
    customer_id: int, template: FrozenTemplate, real: Mapping[str, Any], shown: Mapping[str, Any]
) -> RenderedMessage:
    try:
        segments = rendered(template, real).segments
        return RenderedMessage(customer_id, rendered(template, shown).text, segments)
    except SiyuError as refused:
        return _without_text(customer_id, refused)


def _without_text(customer_id: int, refused: SiyuError) -> RenderedMessage:
    return RenderedMessage(customer_id, "", 0, refused.said_in("en"), refused.said_in("zh"))
