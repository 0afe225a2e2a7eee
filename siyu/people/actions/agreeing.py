"""One customer agrees or refuses, by whatever way: it is on record, and holds from this transaction on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.errors import NotFound
from siyu.kernel.facts import Fact, publish
from siyu.people.actions.consents import AddedWord, record_words
from siyu.people.actions.suppress import suppress
from siyu.people.contracts import (
    CONSENT_CHANGED,
    EVERYWHERE,
    FACT_SOURCE,
    ConsentChannel,
    ConsentWord,
    Namespace,
    Purpose,
    SuppressionKind,
)
from siyu.people.models import Customer, CustomerIdentity
from siyu.people.queries.texts import shown_text
from siyu.people.rules.consents import asked_of, check_word

_ADDRESSES: Mapping[ConsentChannel, tuple[Namespace, ...]] = {
    ConsentChannel.SMS: (Namespace.PHONE,),
    ConsentChannel.CALL: (Namespace.PHONE,),
    ConsentChannel.EMAIL: (Namespace.EMAIL,),
    ConsentChannel.ALL: (Namespace.PHONE, Namespace.EMAIL),
}


def agree(
    session: Session, *, cipher: Cipher, word: ConsentWord, actor: Actor, now: datetime
) -> list[AddedWord]:
    """The yes is on record with the text that was shown and its evidence. It lifts no suppression.

    raises   NotFound, ConsentNeedsText, ConsentTextUnfit, ConsentChannelUnfit, SaidInTheFuture
    effects  consent_entry, consent_evidence; audit consent.granted and the fact consent_changed if it is new
    """
    assert word.granted, "who refuses is heard by refuse()"
    shown = (
        shown_text(session, consent_text_id=word.consent_text_id)
        if word.consent_text_id is not None
        else None
    )
    check_word(word.purpose, word.channel, granted=True, said_at=word.said_at, shown=shown, now=now)
    return _on_record(session, cipher, [word], actor, now)


def refuse(
    session: Session, *, cipher: Cipher, word: ConsentWord, actor: Actor, now: datetime
) -> list[AddedWord]:
    """The no is on record, and who refused marketing is not written to any more. Saying it twice changes nothing.

    On ALL channels it is a no to each of them, and holds for channels that are added later too.

    raises   NotFound, ConsentChannelUnfit, SaidInTheFuture
    effects  consent_entry, suppression; audit consent.withdrawn and the fact consent_changed if it is new
    """
    assert not word.granted, "who agrees is heard by agree()"
    check_word(word.purpose, word.channel, granted=False, said_at=word.said_at, shown=None, now=now)
    if word.purpose is Purpose.MARKETING:
        silence_customer(session, customer_id=word.customer_id, channel=word.channel, actor=actor, source=word.source,
                         now=now)  # fmt: skip
    channels = asked_of(word.purpose) if word.channel is ConsentChannel.ALL else (word.channel,)
    words = [
        ConsentWord(
            word.customer_id, word.purpose, channel, False, word.source, word.said_at, None, word.evidence
        )
        for channel in channels
    ]
    return _on_record(session, cipher, words, actor, now)


def silence_customer(
    session: Session, *, customer_id: int, channel: ConsentChannel, actor: Actor, source: str, now: datetime
) -> int:
    """The customer's addresses are suppressed on the channel, or everywhere.

    returns  how many were not before
    raises   NotFound
    """
    everywhere = channel is ConsentChannel.ALL
    holder = _current(session, customer_id)
    indexes = session.scalars(
        select(CustomerIdentity.value_index).where(
            CustomerIdentity.customer_id == holder,
            CustomerIdentity.namespace.in_([one.value for one in _ADDRESSES.get(channel, ())]),
        )
    )
    return suppress(
        session,
        channel=EVERYWHERE if everywhere else channel.value,
        address_indexes=list(indexes),
        kind=SuppressionKind.OPT_OUT_GLOBAL if everywhere else SuppressionKind.OPT_OUT,
        source=source,
        added_by=actor.label,
        now=now,
    )


def _current(session: Session, customer_id: int) -> int:
    known = session.get(Customer, customer_id)
    if known is None:
        raise NotFound(what="customer", key=customer_id)
    return known.merged_into or customer_id


def _on_record(
    session: Session, cipher: Cipher, words: Sequence[ConsentWord], actor: Actor, now: datetime
) -> list[AddedWord]:
    customer_id = _current(session, words[0].customer_id)
    added = record_words(session, cipher=cipher, words=words, recorded_by=actor.label, now=now)
    publish(session, *(_changed(one, words[0].source) for one in added), now=now)
    if added:
        first = words[0]
        record(
            session, actor=actor, subject=("customer", customer_id), now=now,
            action="consent.granted" if first.granted else "consent.withdrawn",
            after={
                "purpose": first.purpose.value, "channels": [one.channel.value for one in added],
                "source": first.source,
                **({"consent_text_id": first.consent_text_id} if first.consent_text_id else {}),
            },
        )  # fmt: skip
    return added


def _changed(one: AddedWord, source: str) -> Fact:
    return Fact(
        type=CONSENT_CHANGED,
        source=FACT_SOURCE,
        event_id=f"consent:{one.consent_entry_id}",
        occurred_at=one.said_at,
        customer_id=one.customer_id,
        properties={
            "channel": one.channel.value, "purpose": one.purpose.value, "granted": one.granted, "reason": source,
        },
    )  # fmt: skip
