"""What the brand's people wrote on customers: fields of their own, and tags by taste and by care."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from siyu.demo.contracts import DemoBrand
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.people.api import (
    ByWhom,
    Choice,
    FieldDefinition,
    FieldKind,
    Written,
    add_tag,
    add_tag_group,
    define_field,
    edit_customer,
    open_tags,
    resolve_customers,
    revision_of,
    tag_customers,
    tag_info,
)

SERIES = 43
FIELDS = (
    FieldDefinition(
        "sweetness", FieldKind.CHOICE, "甜度偏好", "Sweetness",
        choices=(
            Choice("none", "无糖", "No sugar"), Choice("less", "三分糖", "30% sugar"),
            Choice("half", "五分糖", "50% sugar"), Choice("full", "全糖", "Full sugar"),
        ),
    ),
    FieldDefinition("decaf", FieldKind.BOOLEAN, "晚间不喝茶", "No tea in the evening"),
    FieldDefinition("household", FieldKind.INTEGER, "家庭人数", "Household size", least=1, most=12),
    FieldDefinition("tasting", FieldKind.DATE, "预约品茶日", "Tasting booked for"),
    FieldDefinition("remark", FieldKind.TEXT, "微信备注名", "Name in WeChat", personal=True, searchable=True),
)  # fmt: skip
TASTES = {"原叶名茶": "纯茶客", "现制茶饮": "奶茶爱好者", "中式糕点": "点心控", "节礼礼盒": "送礼人群"}
# Group, whether exclusive, colour, its tags with the share of customers who wear each.
GROUPS: tuple[tuple[str, bool, str, dict[str, float]], ...] = (
    ("口味", False, "teal", dict.fromkeys(TASTES.values(), 0.45)),
    ("维护等级", True, "amber", {"重点维护": 0.01, "常规维护": 0.06, "暂不打扰": 0.01}),
    ("线下活动", False, "plum", {"茶会嘉宾": 0.004, "新品试饮官": 0.006}),
)
WRITTEN_ON = 24  # customers whose fields somebody filled in
SPEAK_OF_CAFFEINE, WOMEN = 0.4, 0.66  # shares of customers


def write_labels(app: App, brand: DemoBrand, *, brand_id: int, actor: Actor, now: datetime) -> None:
    """Fields and tags stand, and customers wear and hold them: all of it, or, where tags stood before, nothing new."""
    with app.db.transaction(brand_id=brand_id) as session:
        if open_tags(session):
            return
        for field in FIELDS:
            define_field(session, field=field, actor=actor, now=now)
        rng = np.random.default_rng([brand.seed, SERIES])
        seen = {brand.customers.key[row]: now for row in range(len(brand.customers.key))}
        known = resolve_customers(
            session,
            cipher=app.cipher,
            namespace="member_no",
            first_seen=seen,
            source="demo",
            batch_id=None,
            now=now,
        )
        ids = [known[key].customer_id for key in brand.customers.key]
        _tag(session, brand, ids, rng, actor, now)
        chosen = np.sort(rng.choice(len(ids), size=min(WRITTEN_ON, len(ids)), replace=False))
        for row in chosen.tolist():
            _write_on(app, session, ids[row], brand.customers.name[row], rng=rng, actor=actor, now=now)


def _tag(
    session: Session,
    brand: DemoBrand,
    ids: Sequence[int],
    rng: np.random.Generator,
    actor: Actor,
    now: datetime,
) -> None:
    """Tastes follow what somebody likes to buy, the rest is the shop's own judgement."""
    taste = {brand.categories.index(category): name for category, name in TASTES.items()}
    likes = [taste.get(row, "") for row in brand.tempers.favourite_category.tolist()]
    by = ByWhom("rule", actor.label)
    for group, exclusive, colour, shares in GROUPS:
        group_id = add_tag_group(
            session, name=group, exclusive=exclusive, colour=colour, actor=actor, now=now
        )
        free = np.ones(len(ids), dtype=np.bool_)
        for name, share in shares.items():
            tag = tag_info(
                session, tag_id=add_tag(session, tag_group_id=group_id, name=name, actor=actor, now=now)
            )
            worn = free & (rng.random(len(ids)) < share)
            if name in taste.values():
                worn &= np.array([one == name for one in likes])
            if exclusive:
                free &= ~worn
            wearers = [ids[row] for row in np.flatnonzero(worn).tolist()]
            tag_customers(session, customer_ids=wearers, tag=tag, adds=True, by=by, now=now)


def _write_on(
    app: App,
    session: Session,
    customer_id: int,
    name: str,
    *,
    rng: np.random.Generator,
    actor: Actor,
    now: datetime,
) -> None:
    """Somebody wrote down what the customer said over a cup of tea."""
    said: dict[str, object] = {
        "sweetness": ("none", "less", "half", "full")[int(rng.integers(4))],
        "household": int(rng.integers(1, 6)),
    }
    if rng.random() < SPEAK_OF_CAFFEINE:
        said["decaf"] = bool(rng.integers(2))
    if name:
        said["remark"] = f"{name[0]}{'女士' if rng.random() < WOMEN else '先生'}·湖滨"
    edit_customer(
        session, cipher=app.cipher, customer_id=customer_id, revision=revision_of(session, customer_id=customer_id),
        written=Written(fields=said), actor=actor, now=now,
    )  # fmt: skip
