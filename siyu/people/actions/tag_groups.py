"""Groups of tags and tags are made, renamed and archived."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.errors import TagNameTaken
from siyu.people.models import Tag, TagGroup


def add_tag_group(
    session: Session, *, name: str, exclusive: bool, colour: str, actor: Actor, now: datetime
) -> int:
    """The brand has a group of tags; of an exclusive one a customer wears at most one.

    raises   TagNameTaken
    effects  tag_group; audit tag_group.added
    """
    group = TagGroup(
        brand_id=brand_of(session), name=name, exclusive=exclusive, colour=colour, archived_at=None
    )
    _stand(session, group, name)
    record(
        session, actor=actor, action="tag_group.added", subject=("tag_group", group.tag_group_id),
        after={"name": name, "exclusive": exclusive, "colour": colour}, now=now,
    )  # fmt: skip
    return group.tag_group_id


def change_tag_group(
    session: Session, *, tag_group_id: int, changes: dict[str, Any], actor: Actor, now: datetime
) -> None:
    """The group has this name or colour, or is archived with its tags; whether it is exclusive never changes.

    raises   NotFound, TagNameTaken
    effects  tag_group; audit tag_group.changed
    """
    group = session.get(TagGroup, tag_group_id)
    if group is None:
        raise NotFound(what="tag group", key=tag_group_id)
    _change(session, group, changes, subject=("tag_group", tag_group_id), actor=actor, now=now)


def add_tag(session: Session, *, tag_group_id: int, name: str, actor: Actor, now: datetime) -> int:
    """The group has a tag of this name.

    raises   NotFound, TagNameTaken
    effects  tag; audit tag.added
    """
    group = session.scalar(
        select(TagGroup).where(TagGroup.tag_group_id == tag_group_id, TagGroup.archived_at.is_(None))
    )
    if group is None:
        raise NotFound(what="tag group", key=tag_group_id)
    tag = Tag(brand_id=brand_of(session), tag_group_id=tag_group_id, name=name, archived_at=None)
    _stand(session, tag, name)
    record(
        session, actor=actor, action="tag.added", subject=("tag", tag.tag_id),
        after={"name": name, "group": group.name}, now=now,
    )  # fmt: skip
    return tag.tag_id


def change_tag(
    session: Session, *, tag_id: int, changes: dict[str, Any], actor: Actor, now: datetime
) -> None:
    """The tag has this name, or is archived: worn by nobody as far as people see, and kept in the history.

    raises   NotFound, TagNameTaken
    effects  tag; audit tag.changed
    """
    tag = session.get(Tag, tag_id)
    if tag is None:
        raise NotFound(what="tag", key=tag_id)
    _change(session, tag, changes, subject=("tag", tag_id), actor=actor, now=now)


def _change(
    session: Session,
    row: Tag | TagGroup,
    changes: dict[str, Any],
    *,
    subject: tuple[str, int],
    actor: Actor,
    now: datetime,
) -> None:
    wanted = {name: value for name, value in changes.items() if name != "archived"}
    if "archived" in changes and changes["archived"] != (row.archived_at is not None):
        wanted["archived_at"] = now if changes["archived"] else None
    differing = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not differing:
        return
    before = {name: _readable(getattr(row, name)) for name in differing}
    for name, value in differing.items():
        setattr(row, name, value)
    _stand(session, row, row.name)
    record(
        session, actor=actor, action=f"{subject[0]}.changed", subject=subject, before=before,
        after={name: _readable(value) for name, value in differing.items()}, now=now,
    )  # fmt: skip


def _stand(session: Session, row: Tag | TagGroup, name: str) -> None:
    """The row stands in the database.

    raises  TagNameTaken
    """
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise TagNameTaken(name=name) from None


def _readable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
