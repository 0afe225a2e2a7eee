"""A small world for campaigns: people who may or may not be reached, what they bought, segments of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from siyu.campaigns.api import create_campaign, submit_campaign
from siyu.campaigns.contracts import CampaignInfo, Draft
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.lake import brand_schema
from siyu.organisation.api import brand_info
from siyu.people.actions.consents import record_words
from siyu.people.api import resolve_customers, save_customers, suppress, value_index
from siyu.people.contracts import (
    Channel,
    ConsentChannel,
    ConsentWord,
    CustomerRecord,
    Purpose,
    SuppressionKind,
)

LAUNCH = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
AUTHOR = Actor("user", 1, "author")
SECOND = Actor("user", 2, "second")
TEMPLATE = "{{ name | default: '会员' }}您好，新品到店。"


@dataclass(frozen=True)
class Person:
    """What a made customer is like. consent None: never asked."""

    consent: bool | None = True
    phone: bool = True
    suppressed: tuple[str, ...] = ()
    orders: int = 1
    profiling: tuple[bool, ...] = ()  # what they said of it, the last word last
    asked: bool = False  # their phone was asked for consent


def make_people(app: App, session: Session, people: Sequence[Person]) -> list[int]:
    """The customers' ids, in order; what they bought long ago stands in the lake."""
    brand_id = session.info["brand_id"]
    before = LAUNCH - timedelta(days=400)
    records = [
        CustomerRecord(
            namespace="member_no", external_key=f"m{place}", known_at=before, name=f"客{place}",
            phone=phone_of(place) if one.phone else None, sms_consent=one.consent, consent_source="form",
            consent_at=before,
        )
        for place, one in enumerate(people)
    ]  # fmt: skip
    save_customers(session, cipher=app.cipher, records=records, source="test", batch_id=None, now=before)
    for place, one in enumerate(people):
        for kind in one.suppressed:
            suppress(
                session, channel=Channel.SMS, kind=SuppressionKind(kind), source="test", now=before,
                address_indexes=[value_index(app.cipher, brand_id, "phone", phone_of(place))],
            )  # fmt: skip
    ids = ids_of(app, session, len(people))
    for said_at in range(2):
        words = [
            ConsentWord(
                who, Purpose.PROFILING, ConsentChannel.ALL, one.profiling[said_at], "test",
                before + timedelta(hours=said_at),
            )
            for who, one in zip(ids, people, strict=True)
            if len(one.profiling) > said_at
        ]  # fmt: skip
        record_words(session, cipher=app.cipher, words=words, recorded_by="", now=before + timedelta(days=1))
    past = [
        (customer_id, before + timedelta(days=number), 10_000)
        for customer_id, one in zip(ids, people, strict=True)
        for number in range(1, one.orders + 1)
    ]
    if past:
        buys(app, brand_id, *past)
    return ids


def ids_of(app: App, session: Session, count: int) -> list[int]:
    """The customers that make_people made, in order."""
    found = resolve_customers(
        session, cipher=app.cipher, namespace="member_no",
        first_seen={f"m{place}": LAUNCH for place in range(count)}, source="test", batch_id=None, now=LAUNCH,
    )  # fmt: skip
    return [found[f"m{place}"].customer_id for place in range(count)]


def phone_of(place: int) -> str:
    return f"138{place:08d}"


def buys(app: App, brand_id: int, *orders: tuple[int, datetime, int]) -> None:
    """Orders of (customer, moment, fen) stand in the lake."""
    with app.lake.transaction() as cursor:
        cursor.executemany(
            f'INSERT INTO {brand_schema(brand_id)}."order" '
            "(customer_id, occurred_at, source, batch_id, order_key, paid_fen, currency) "
            "VALUES (?, ?, 'test', 1, ?, ?, 'CNY')",
            [(who, at, f"{who}/{at.isoformat()}", fen) for who, at, fen in orders],
        )


def gets_back(
    app: App, brand_id: int, customer_id: int, *, at: datetime, order_at: datetime, fen: int
) -> None:
    """A refund of the order made at `order_at` stands in the lake."""
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {brand_schema(brand_id)}.refund "
            "(customer_id, occurred_at, source, batch_id, refund_key, order_key, amount_fen, currency) "
            "VALUES (?, ?, 'test', 1, ?, ?, ?, 'CNY')",
            [
                customer_id,
                at,
                f"r{customer_id}{at.isoformat()}",
                f"{customer_id}/{order_at.isoformat()}",
                fen,
            ],
        )


def is_told(app: App, brand_id: int, campaign_id: int, *events: tuple[int, str, datetime]) -> None:
    """Messages of (customer, state, moment) happened, of one segment each."""
    with app.lake.transaction() as cursor:
        cursor.executemany(
            f"INSERT INTO {brand_schema(brand_id)}.message_event (customer_id, occurred_at, source, batch_id, "
            "message_id, campaign_id, channel, state, segments) VALUES (?, ?, 'test', 1, ?, ?, 'sms', ?, 1)",
            [(who, at, 1_000_000 + who, campaign_id, state) for who, state, at in events],
        )


def make_campaign(session: Session, *, segment_id: int, submitted: bool = True, **changes) -> CampaignInfo:
    """A campaign to a segment, submitted unless told otherwise, in a brand that needs no second person."""
    brand = brand_info(session, brand_id=session.info["brand_id"])
    draft = Draft(
        **{
            "name": "新品",
            "segment_id": segment_id,
            "template_text": TEMPLATE,
            "signature": "思屿",
            **changes,
        }
    )
    made = create_campaign(session, draft=draft, brand=brand, actor=AUTHOR, now=LAUNCH)
    if not submitted:
        return made
    return submit_campaign(session, campaign_id=made.campaign_id, brand=brand, actor=AUTHOR, now=LAUNCH)
