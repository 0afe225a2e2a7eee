"""A brand's insight settings, read from what was stored or sent; nonsense is refused."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from siyu.insight.contracts import InsightSettings, LifecycleSettings, RfmSettings
from siyu.insight.errors import BadInsightSetting

DAYS_MAX = 36_500
S = TypeVar("S", LifecycleSettings, RfmSettings)


def settings_from(stored: Mapping[str, Any] | None) -> InsightSettings:
    """The settings of a brand; what is missing has its default.

    raises  BadInsightSetting

    >>> settings_from({"lifecycle": {"lost_days_over": 365}}).lifecycle.lost_days_over
    365
    """
    found = stored or {}
    unknown = set(found) - {"lifecycle", "rfm"}
    if unknown:
        raise BadInsightSetting(name=min(unknown), value="…", why="the groups are lifecycle and rfm")
    lifecycle = _filled(LifecycleSettings, found.get("lifecycle") or {})
    if lifecycle.dormant_days_min > lifecycle.lost_days_over:
        raise BadInsightSetting(
            name="lifecycle.dormant_days_min",
            value=lifecycle.dormant_days_min,
            why="a customer is dormant before being lost: it must not exceed lost_days_over",
        )
    return InsightSettings(lifecycle, _filled(RfmSettings, found.get("rfm") or {}))


def settings_as_json(settings: InsightSettings) -> dict[str, Any]:
    """The settings as they are stored."""
    return asdict(settings)


def _filled(kind: type[S], found: Mapping[str, Any]) -> S:
    known = {field.name: field.default for field in fields(kind)}
    for name, value in found.items():
        if name not in known:
            raise BadInsightSetting(name=name, value=value, why=f"the names are {', '.join(known)}")
        _check(name, value, default=known[name])
    return kind(**found)


def _check(name: str, value: Any, *, default: Any) -> None:
    """The value has the type of its default; days and counts are not negative."""
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise BadInsightSetting(name=name, value=value, why="it is true or false")
        return
    if default is None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise BadInsightSetting(name=name, value=value, why="it is a number, or null for the mean")
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= DAYS_MAX:
        raise BadInsightSetting(name=name, value=value, why=f"it is a whole number from 0 to {DAYS_MAX:,}")
