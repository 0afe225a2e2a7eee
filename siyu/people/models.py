"""Tables of people. Names, numbers and birthdays are sealed; `*_index` finds equal values without reading them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base, identity_key


class Customer(Base):
    """One person. `added_by_batch` is the import that first knew them, so that it can be undone.

    `root_identity_id`: the identity this customer was founded on, for ever theirs. `merged_into`: who they count as,
    always one hop. A visitor has no strong identity, and is counted nowhere. `erased_at`: only the number is left.
    """

    __tablename__ = "customer"

    customer_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    known_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    name_sealed: Mapped[bytes | None]
    name_index: Mapped[bytes | None]
    gender: Mapped[str | None]
    birthday_sealed: Mapped[bytes | None]
    birth_month_day: Mapped[int | None]
    province: Mapped[str | None]
    store_key: Mapped[str | None]
    added_by_batch: Mapped[int | None]
    content_hash: Mapped[bytes | None]
    updated_at: Mapped[datetime]
    root_identity_id: Mapped[int | None]
    merged_into: Mapped[int | None]
    merged_at: Mapped[datetime | None]
    visitor: Mapped[bool]
    erased_at: Mapped[datetime | None]


class CustomerBeforeImport(Base):
    """What a profile was before an import changed it; `written_hash` is what the import made of it."""

    __tablename__ = "customer_before_import"

    batch_id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int]
    written_hash: Mapped[bytes]
    content_hash: Mapped[bytes | None]
    name_sealed: Mapped[bytes | None]
    name_index: Mapped[bytes | None]
    gender: Mapped[str | None]
    birthday_sealed: Mapped[bytes | None]
    birth_month_day: Mapped[int | None]
    province: Mapped[str | None]
    store_key: Mapped[str | None]
    joined_at: Mapped[datetime | None]
    known_at: Mapped[datetime]


class CustomerIdentity(Base):
    """One (namespace, value), unique in its brand; `customer_id` is whom it stands for now, never a merged one."""

    __tablename__ = "customer_identity"

    identity_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    customer_id: Mapped[int]
    namespace: Mapped[str]
    value_index: Mapped[bytes]
    value_sealed: Mapped[bytes]
    source: Mapped[str]
    added_by_batch: Mapped[int | None]
    created_at: Mapped[datetime]
    quarantined: Mapped[bool]


class IdentityNamespace(Base):
    """A brand's own word on what identities of a namespace mean."""

    __tablename__ = "identity_namespace"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    namespace: Mapped[str] = mapped_column(primary_key=True)
    normaliser: Mapped[str]
    one_per_customer: Mapped[bool]
    strong: Mapped[bool]
    shareable: Mapped[bool]
    sources: Mapped[list[Any] | None]


class IdentityLimit(Base):
    """How many identities one customer of the brand may have."""

    __tablename__ = "identity_limit"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identities_max: Mapped[int]


class IdentityEdge(Base):
    """Somebody said that two identities are one person; never edited. `left_id` is the smaller number.

    `said_by`, `because`: of a link by hand, who said it and why. `tie`: set when a value's index is about to
    change, see `graph.tie_of`.
    """

    __tablename__ = "identity_edge"

    edge_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    left_id: Mapped[int]
    right_id: Mapped[int]
    source: Mapped[str]
    event_id: Mapped[str]
    said_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    authenticated: Mapped[bool]
    overrides: Mapped[bool]
    added_by_batch: Mapped[int | None]
    said_by: Mapped[str | None]
    because: Mapped[str | None]
    tie: Mapped[bytes | None]


class IdentityEdgeRetraction(Base):
    """A link is taken back: it stands in the ledger and counts no more."""

    __tablename__ = "identity_edge_retraction"

    edge_id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int]
    retracted_by: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class IdentityReview(Base):
    """A link that was refused, or an identity too many people use (no `right_id`), for a person to look at."""

    __tablename__ = "identity_review"

    review_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    left_id: Mapped[int]
    right_id: Mapped[int | None]
    reason: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str]


class ProfileField(Base):
    """A field that a brand added to its customers, as one version defines it; the newest counts."""

    __tablename__ = "profile_field"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label_zh: Mapped[str]
    label_en: Mapped[str]
    choices: Mapped[list[Any]]
    personal: Mapped[bool]
    searchable: Mapped[bool]
    required: Mapped[bool]
    one_holder: Mapped[bool]
    least: Mapped[float | None]
    most: Mapped[float | None]
    archived: Mapped[bool]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class CustomerField(Base):
    """What a field holds of a customer: as text, or sealed where it is personal."""

    __tablename__ = "customer_field"

    customer_id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    brand_id: Mapped[int]
    value: Mapped[str | None]
    value_sealed: Mapped[bytes | None]
    value_index: Mapped[bytes | None]
    source: Mapped[str]
    updated_at: Mapped[datetime]


class TagGroup(Base):
    """Tags that belong together; of an exclusive group a customer wears at most one."""

    __tablename__ = "tag_group"

    tag_group_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    name: Mapped[str]
    exclusive: Mapped[bool]
    colour: Mapped[str]
    archived_at: Mapped[datetime | None]


class Tag(Base):
    """A word that customers wear."""

    __tablename__ = "tag"

    tag_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    tag_group_id: Mapped[int]
    name: Mapped[str]
    archived_at: Mapped[datetime | None]


class TagRun(Base):
    """One tag for many customers at once, by a list (`import`) or a segment (`rule`); undone as one."""

    __tablename__ = "tag_run"

    tag_run_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    tag_id: Mapped[int]
    adds: Mapped[bool]
    source: Mapped[str]
    title: Mapped[str]
    task_id: Mapped[int]
    unknown: Mapped[int]
    customers: Mapped[int | None]
    started_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]


class TagRunTarget(Base):
    """A customer whom a list meant, until the run is done."""

    __tablename__ = "tag_run_target"

    tag_run_id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int]


class CustomerTag(Base):
    """A customer wears a tag since a moment, by somebody's word."""

    __tablename__ = "customer_tag"

    customer_id: Mapped[int] = mapped_column(primary_key=True)
    tag_id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int]
    source: Mapped[str]
    tagged_by: Mapped[str]
    tagged_at: Mapped[datetime]
    tag_run_id: Mapped[int | None]


class CustomerTagChange(Base):
    """A tag was given or taken; never edited."""

    __tablename__ = "customer_tag_change"

    customer_tag_change_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    customer_id: Mapped[int]
    tag_id: Mapped[int]
    added: Mapped[bool]
    source: Mapped[str]
    changed_by: Mapped[str]
    at: Mapped[datetime]
    tag_run_id: Mapped[int | None]


class ConsentText(Base):
    """A version of the words by which a brand asks; never edited, a change is a new version."""

    __tablename__ = "consent_text"

    consent_text_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    code: Mapped[str]
    version: Mapped[int]
    purpose: Mapped[str]
    channels: Mapped[list[Any]]
    language: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class ErasedIdentity(Base):
    """A value whose person was erased: an old file does not bring it back. Whose it was is not kept."""

    __tablename__ = "erased_identity"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    namespace: Mapped[str] = mapped_column(primary_key=True)
    value_index: Mapped[bytes] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]


class ConsentEntry(Base):
    """What a customer said about being spoken to, and when; never edited. The newest entry counts.

    `retracts`: an entry that counts no more, because the file that said it was taken back; such a row says nothing
    itself. `evidence_digest`: of the sealed evidence with its salt, so that evidence can be erased and the seal stays.
    """

    __tablename__ = "consent_entry"

    consent_entry_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    customer_id: Mapped[int]
    channel: Mapped[str]
    purpose: Mapped[str]
    granted: Mapped[bool]
    source: Mapped[str]
    said_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    added_by_batch: Mapped[int | None]
    consent_text_id: Mapped[int | None]
    evidence_digest: Mapped[bytes | None]
    recorded_by: Mapped[str] = mapped_column(default="")
    retracts: Mapped[int | None]


class ConsentEvidence(Base):
    """What shows that an entry is true (address, page, file hash), sealed with its salt; goes with the person."""

    __tablename__ = "consent_evidence"

    consent_entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    brand_id: Mapped[int]
    evidence_sealed: Mapped[bytes]


class ConsentRequest(Base):
    """An address was asked for consent to a purpose on a channel, which happens once.

    `answer_until`: silence until then is a refusal. `granted`: the first answer that came in time.
    """

    __tablename__ = "consent_request"

    consent_request_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    channel: Mapped[str]
    purpose: Mapped[str]
    address_index: Mapped[bytes]
    customer_id: Mapped[int]
    campaign_id: Mapped[int]
    message_id: Mapped[int]
    consent_text_id: Mapped[int]
    asked_at: Mapped[datetime]
    answer_until: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]


class ConsentSeal(Base):
    """The entries of a brand up to a number, fixed by one digest that holds the digest before it; never edited."""

    __tablename__ = "consent_seal"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seal_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after_entry_id: Mapped[int]
    last_entry_id: Mapped[int]
    entries: Mapped[int]
    root: Mapped[bytes]
    previous: Mapped[bytes]
    digest: Mapped[bytes]
    sealed_at: Mapped[datetime]


class Suppression(Base):
    """An address that must not be written to, whoever holds it and whatever they once agreed to."""

    __tablename__ = "suppression"

    suppression_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    channel: Mapped[str]
    address_index: Mapped[bytes]
    kind: Mapped[str]
    source: Mapped[str]
    since: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    added_by: Mapped[str] = mapped_column(default="")
    lifted_by: Mapped[str | None]
    lift_reason: Mapped[str | None]
