"""What a brand's office has in its drawers: keys of programs, lists of those who are never written to, requests."""

from datetime import datetime, timedelta

from siyu.demo.contracts import DemoBrand
from siyu.demo.world.traces import CALLS, MINI_PROGRAM, SITE, TILL, WECOM
from siyu.intake.api import create_page_key
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.organisation.api import brand_info, create_api_key
from siyu.people.api import find_customers, read_addresses, suppress_file
from siyu.people.contracts import EVERYWHERE, SuppressionKind
from siyu.privacy.api import ask_for, requests_page
from siyu.privacy.contracts import RequestKind

KEY_SCOPE = "events.write"
KEY_DAYS = {MINI_PROGRAM: 365, TILL: 9, WECOM: 200, CALLS: 365}
SITE_ORIGINS = ("https://www.xizhi.example", "https://shop.xizhi.example")
LISTS = (
    (SuppressionKind.COMPLAINT, "工单投诉，不再联系", 11),
    (SuppressionKind.LEGAL_BLOCK, "监管来函名单 2026-09", 5),
    (SuppressionKind.OPT_OUT_GLOBAL, "线下书面退订", 17),
)


def furnish_desk(app: App, brand: DemoBrand, *, brand_id: int, actor: Actor, now: datetime) -> None:
    """Keys, lists and requests stand, all in one transaction; where requests stood before, nothing is added."""
    with app.db.transaction(brand_id=brand_id) as session:
        asked, _ = requests_page(session, limit=1)
        if asked:
            return
        for source, days in KEY_DAYS.items():
            create_api_key(
                session, source=source, scopes=[KEY_SCOPE], held=frozenset({KEY_SCOPE}),
                expires_at=now + timedelta(days=days), actor=actor, now=now,
            )  # fmt: skip
        create_page_key(session, source=SITE, origins=SITE_ORIGINS, actor=actor, now=now)
        phones = iter([phone for phone in brand.customers.phone if len(phone) == 11][::37])  # noqa: PLR2004 -- a mobile
        for kind, note, count in LISTS:
            content = "\n".join(["手机号", *(next(phones, "") for _ in range(count))])
            suppress_file(
                session, cipher=app.cipher, file=read_addresses(content.encode()), channel=EVERYWHERE, kind=kind,
                note=note, dry_run=False, actor=actor, now=now,
            )  # fmt: skip
        info = brand_info(session, brand_id=brand_id)
        for asked_for, reason, key in (
            (
                RequestKind.EXPORT,
                "客户来信索取个人信息副本",
                brand.customers.key[len(brand.customers.key) // 3],
            ),
            (RequestKind.ERASURE, "客户来电要求注销账号", brand.customers.key[len(brand.customers.key) // 2]),
        ):
            (customer_id,) = find_customers(session, cipher=app.cipher, wanted=key)
            ask_for(
                session,
                kind=asked_for,
                customer_id=customer_id,
                reason=reason,
                brand=info,
                actor=actor,
                now=now,
            )
