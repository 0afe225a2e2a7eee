"""The proof of an erasure is put together: what went, what stays, and what was looked for afterwards in vain."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.organisation.api import brand_info
from siyu.people.api import find_customers, profiles_of
from siyu.privacy.contracts import Fate, Holding, Person
from siyu.privacy.models import PrivacyRequest
from siyu.privacy.rules.proof import FORM, sealed_proof
from siyu.privacy.rules.searching import needles_of, too_short
from siyu.privacy.rules.steps import fates

LATER = {
    "zh": "每个身份值只留下一个无法还原、不含客户编号的检索指纹：旧文件中的此人不会被重新写入，"
    "其手机号不会再收到营销消息；"
    "本人重新入会或授权后可成为新客户。删除之前做的备份仍含此人，恢复旧备份后须凭本证明再次删除。",
    "en": "Of each value one fingerprint stays, which cannot be read back and names no customer: an old file does not "
    "bring the person back, and their phone gets no marketing. Who joins or agrees again is a new customer. Backups "
    "made before still hold the person: after restoring one, erase again by this proof.",
}
BY_VALUE = {
    "zh": "按每个号码、账号与邮箱检索客户（{count} 个）",
    "en": "customers by each number, account and address ({count})",
}
BY_NAME = {
    "zh": "按每个姓名检索到这些编号（{count} 个）",
    "en": "these customer numbers by each name ({count})",
}
PROFILES = {"zh": "这些编号的资料中仍有内容的", "en": "profiles of these numbers with anything in them"}
TEXTS = {
    "zh": "（文本检索用 {count} 个值；过短的值只按身份比对：{short}）",
    "en": " (texts were searched for {count} values; values too short were only compared as identities: {short})",
}


def proof_for(
    session: Session,
    *,
    app: App,
    request: PrivacyRequest,
    person: Person,
    sales: tuple[dict[str, Any], dict[str, Any]],
    checked: Sequence[tuple[str, Iterable[Holding]]],
    now: datetime,
) -> dict[str, Any]:
    """The document, with its digest; nothing in it is personal data."""
    brand = brand_info(session, brand_id=person.brand_id)
    return sealed_proof(
        {
            "form": FORM,
            "brand": {"code": brand.code, "name": brand.name},
            "request": {
                "request_id": request.request_id, "reason": request.reason, "asked_by": request.asked_by,
                "asked_at": request.asked_at.isoformat(), "due_on": request.due_on.isoformat(),
                "decided_by": request.decided_by,
                "decided_at": request.decided_at.isoformat() if request.decided_at else None,
            },
            "customer_ids": list(person.customer_ids),
            "identities": dict(sorted(Counter(space for space, _ in person.values).items())),
            "removed": fates(request.steps, Fate.REMOVED),
            "kept": fates(request.steps, Fate.KEPT),
            "sales": {"before": sales[0], "after": sales[1], "equal": sales[0] == sales[1]},
            "searches": _searches(session, app, person, checked),
            "later": LATER,
            "finished_at": now.isoformat(),
        }
    )  # fmt: skip


def _searches(
    session: Session, app: App, person: Person, checked: Sequence[tuple[str, Iterable[Holding]]]
) -> list[dict[str, Any]]:
    """Each search that was made after the last part forgot, and how much it found."""
    by_value = sum(bool(_found_by(session, app, value)) for _, value in person.values)
    numbers = set(person.customer_ids)
    by_name = sum(
        bool(numbers.intersection(find_customers(session, cipher=app.cipher, wanted=name)))
        for name in person.names
    )
    profiles = profiles_of(session, cipher=app.cipher, customer_ids=person.customer_ids, reveal=True).values()
    full = sum(
        bool(one.name or one.phone or one.birthday or one.gender or one.identities) for one in profiles
    )
    found = [
        {"where": _counted(BY_VALUE, len(person.values)), "count": by_value},
        {"where": _counted(BY_NAME, len(person.names)), "count": by_name},
        {"where": PROFILES, "count": full},
    ]
    short = ", ".join(too_short(person.values)) or "–"
    for part, holdings in checked:
        for one in holdings:
            if one.fate is Fate.REMOVED:
                where = {"zh": f"{one.what.zh} · {one.place}", "en": f"{one.what.en} · {one.place}"}
                if part in ("intake", "audit"):
                    count = len(needles_of(person.values))
                    where = {
                        language: said + TEXTS[language].format(count=count, short=short)
                        for language, said in where.items()
                    }
                found.append({"where": where, "count": one.count})
    return found


def _found_by(session: Session, app: App, value: str) -> set[int]:
    """Customers whom a value finds; a number that is only somebody's customer number finds nobody by a value."""
    found = set(find_customers(session, cipher=app.cipher, wanted=value))
    return found - {int(value)} if value.isdecimal() else found


def _counted(words: dict[str, str], count: int) -> dict[str, str]:
    return {language: said.format(count=count) for language, said in words.items()}
