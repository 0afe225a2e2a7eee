"""The door of insight."""

from siyu.insight.actions.refresh import refresh, refresh_if_stale
from siyu.insight.actions.settings import change_settings
from siyu.insight.frames.conditions import column_answered, folded
from siyu.insight.queries.events import evaluations_asked, kinds_of, trait_sources, with_facts_asked
from siyu.insight.queries.history import history_of, reason_of, stage_reason
from siyu.insight.queries.moment import moment_of, reading
from siyu.insight.queries.people_traits import people_sources
from siyu.insight.queries.stored import newest_refresh
from siyu.insight.queries.summary import rfm_counts, rfm_grid, stage_counts, summary
from siyu.insight.queries.traits import catalogue, default_as_of, traits_as_of, traits_of
from siyu.insight.queries.view import brand_view, insight_settings
from siyu.insight.rules.conditions.evaluate import answered
from siyu.insight.rules.conditions.parse import operator_of
from siyu.insight.rules.conditions.values import NO_VALUE, value_of
from siyu.insight.rules.conditions.words import condition_said, value_said
from siyu.insight.rules.declared.order import names_in
from siyu.insight.rules.events.parse import FACT_KEYS, read_question

__all__ = [
    "FACT_KEYS",
    "NO_VALUE",
    "answered",
    "brand_view",
    "catalogue",
    "change_settings",
    "column_answered",
    "condition_said",
    "default_as_of",
    "evaluations_asked",
    "folded",
    "history_of",
    "insight_settings",
    "kinds_of",
    "moment_of",
    "names_in",
    "newest_refresh",
    "operator_of",
    "people_sources",
    "read_question",
    "reading",
    "reason_of",
    "refresh",
    "refresh_if_stale",
    "rfm_counts",
    "rfm_grid",
    "stage_counts",
    "stage_reason",
    "summary",
    "trait_sources",
    "traits_as_of",
    "traits_of",
    "value_of",
    "value_said",
    "with_facts_asked",
]
