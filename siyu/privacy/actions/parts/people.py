"""What people holds of a person: they stand below, so that privacy asks them and speaks for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.people.api import erase_person, person_counts, person_record, whole_person
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet

GONE = {
    "identities": Said("身份（手机号、会员号等）及其检索索引", "identities (phone, member number …), with indexes"),
    "links": Said("身份之间的关联及其来源", "links between identities and who said them"),
    "reviews": Said("待审核或已审核的身份冲突", "reviews of identities"),
    "profiles": Said("资料：姓名、生日、性别、省份、门店、入会日", "profile: name, birthday, gender, province, store"),
    "earlier_profiles": Said("导入前的旧资料", "earlier profiles kept for undoing imports"),
    "evidence": Said("同意的凭证内容（账本中的摘要保留）", "what consent was proved by; its digest stays"),
    "fields": Said("品牌自定义字段", "fields of the brand"),
    "tags": Said("标签与打标历史", "tags and their history"),
}  # fmt: skip
STAYS = {
    "customers": (
        Said("客户编号", "customer numbers"),
        Said("订单与统计记在编号下；编号不再指向任何人。", "Sales are counted under the number; it leads to nobody."),
    ),
    "consents": (
        Said("同意与拒绝的记录（无姓名、号码）", "what was agreed to and refused, without name or number"),
        Said("品牌须能证明过去的发送有据（2026 年第 74 号令第 21 条）。",
             "The brand must be able to prove that past messages were allowed (Order 74 of 2026, art. 21)."),
    ),
    "consent_requests": (
        Said("曾征求同意的记录（无姓名、号码）", "that consent was asked for, without name or number"),
        Said("同一号码、同一用途只能征求一次，不得再问。", "An address is asked once for a purpose, and never again."),
    ),
}  # fmt: skip
TITLES = {
    "profiles": Said("资料", "Profile"),
    "earlier_profiles": Said("导入前的资料", "Earlier profiles"),
    "identities": Said("身份", "Identities"),
    "links": Said("身份关联", "Links between identities"),
    "fields": Said("品牌字段", "Fields of the brand"),
    "tags": Said("标签", "Tags"),
    "consents": Said("同意与拒绝", "Consent"),
    "consent_requests": Said("征求同意", "Requests for consent"),
    "suppressions": Said("禁发", "Not to be written to"),
}


class PeoplePart:
    """Profile, identities, links and consent."""

    name = "people"
    tables: Mapping[str, str] = {
        "customer": "profiles",
        "customer_before_import": "earlier_profiles",
        "customer_identity": "identities",
        "consent_entry": "consents",
        "consent_request": "consent_requests",
        "customer_field": "fields",
        "customer_tag": "tags",
        "customer_tag_change": "tags",
        "tag_run_target": "- numbers that a list meant, until its tagging is done",
    }

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """Rows of the person, by kind."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            return self.holdings_in(session, person)

    def holdings_in(self, session: Session, person: Person) -> tuple[Holding, ...]:
        """The same in a transaction that goes on."""
        counts = person_counts(session, customer_ids=person.customer_ids, identity_ids=person.identity_ids)
        removed = [Holding(f"people.{name}", what, counts[name], Fate.REMOVED) for name, what in GONE.items()]
        kept = [
            Holding(f"people.{name}", what, counts[name], Fate.KEPT, why)
            for name, (what, why) in STAYS.items()
        ]
        return (*removed, *kept)

    def forget(self, app: App, person: Person, *, now: datetime) -> None:
        """The person's values are gone, and kept from coming back by an old file."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            erase_person(session, customer_ids=person.customer_ids, now=now)

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Who the person is, how we know, and what they agreed to."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            whole = whole_person(session, cipher=app.cipher, customer_id=person.customer_ids[0])
            record: dict[str, list[dict[str, Any]]] = person_record(session, cipher=app.cipher, person=whole)
        return tuple(Sheet(name, TITLES[name], rows) for name, rows in record.items())
