"""Exports decided without writing any: when the next is due, where it lies, what its manifest says."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from siyu.destinations.contracts import ExportContent, ExportOrder, WrittenFile
from siyu.destinations.errors import BadExport, BadFolder, IdentitiesNeedReason

MANIFEST = "manifest.json"
FOLDER_LENGTH_MAX = 200
DAYS_MAX = 3_660
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def next_run(daily_at: time, *, zone: str, after: datetime) -> datetime:
    """The first moment after this one at which it is that hour in the zone.

    An hour that a day skips (clocks go forward) is that day's moment an hour later; one that comes twice counts once.

    >>> from datetime import UTC
    >>> next_run(time(3), zone="Asia/Shanghai", after=datetime(2026, 11, 22, 19, 0, tzinfo=UTC)).isoformat()
    '2026-11-23T19:00:00+00:00'
    """
    local = ZoneInfo(zone)
    day = after.astimezone(local).date()
    for ahead in range(3):
        found = datetime.combine(day + timedelta(days=ahead), daily_at, local).astimezone(after.tzinfo)
        if found > after:
            return found
    raise AssertionError("every hour comes within two days")


def checked_folder(folder: str) -> str:
    """The folder below the one that is set aside for exports, written one way.

    raises  BadFolder

    >>> checked_folder("crm/daily/")
    'crm/daily'
    """
    parts = [one for one in folder.strip().split("/") if one]
    if not parts or len(folder) > FOLDER_LENGTH_MAX or folder.strip().startswith("/"):
        raise BadFolder(
            folder=folder[:100], why="it is empty, absolute or too long", why_zh="为空、是绝对路径或过长"
        )
    for part in parts:
        if not _NAME.fullmatch(part) or ".." in part:
            raise BadFolder(folder=folder[:100], why=f"{part} is no name", why_zh=f"{part} 不是合法的名称")
    return "/".join(parts)


def check_order(order: ExportOrder) -> None:
    """Returns if the order says all that is needed.

    raises  BadExport, IdentitiesNeedReason
    """
    if order.content is ExportContent.SEGMENT and order.segment_id is None:
        raise BadExport(why="no segment is chosen", why_zh="没有选择人群")
    if order.content is ExportContent.FACTS and not order.facts:
        raise BadExport(why="no fact is chosen", why_zh="没有选择事实")
    if order.content is ExportContent.FACTS and order.with_profiles:
        raise BadExport(
            why="facts hold customer numbers alone; export a segment with who they are",
            why_zh="事实只含客户编号；如需客户身份请导出人群",
        )
    if order.with_profiles and not order.reason:
        raise IdentitiesNeedReason


def run_folder(export_plan_id: int, day: date) -> str:
    """Where the files of one day's export lie: the same for the same day, so that writing again replaces.

    >>> run_folder(7, date(2026, 11, 23))
    'export-7/2026-11-23'
    """
    return f"export-{export_plan_id}/{day.isoformat()}"


def period_of(day: date, *, days: int, zone: str) -> tuple[datetime, datetime]:
    """The whole days before a day, from the first moment to the first that is no longer in them."""
    local = ZoneInfo(zone)
    until = datetime.combine(day, time(), local)
    return datetime.combine(day - timedelta(days=days), time(), local), until


def manifest_of(
    order: ExportOrder, files: Sequence[WrittenFile], *, day: date, exported_by: str, now: datetime
) -> bytes:
    """What a reader looks for first: it is written last, so where it is, everything is."""
    said = {
        "name": order.name, "content": order.content.value, "format": order.format.value, "day": day.isoformat(),
        "exported_by": exported_by, "exported_at": now.isoformat(), "with_personal_data": order.with_profiles,
        "reason": order.reason, "rows": sum(one.rows for one in files),
        "left_out_without_consent": sum(one.left_out for one in files), "files": [asdict(one) for one in files],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=2).encode()
