"""The door of experiments: assignment, comparisons, intervals, returns, files."""

from siyu.experiments.queries import Columns, units_of_file
from siyu.experiments.rules.analysis import Design, Units, analyse
from siyu.experiments.rules.assignment import ArmBounds, arm_bounds, arm_of
from siyu.experiments.rules.compare import (
    Contrast,
    anytime_interval,
    compare,
    difference,
    fixed_interval,
    fixed_p_value,
    lift,
)
from siyu.experiments.rules.cuped import (
    History,
    compare_adjusted,
    history_of,
    ratio_history,
    theta_pooled,
    theta_within,
)
from siyu.experiments.rules.moments import Moments, PairMoments, Ratio
from siyu.experiments.rules.returns import campaign_return
from siyu.experiments.rules.sample_ratio import sample_ratio_check
from siyu.experiments.rules.sequential import (
    PLANNED_UNITS_DEFAULT,
    anytime_p_value,
    critical_value,
    e_value,
    mixture_units,
)
from siyu.experiments.rules.winsorise import Winsorised, winsorised
from siyu.kernel.shares import unit_share, unit_share_duckdb, unit_share_postgresql

__all__ = [
    "PLANNED_UNITS_DEFAULT",
    "ArmBounds",
    "Columns",
    "Contrast",
    "Design",
    "History",
    "Moments",
    "PairMoments",
    "Ratio",
    "Units",
    "Winsorised",
    "analyse",
    "anytime_interval",
    "anytime_p_value",
    "arm_bounds",
    "arm_of",
    "campaign_return",
    "compare",
    "compare_adjusted",
    "critical_value",
    "difference",
    "e_value",
    "fixed_interval",
    "fixed_p_value",
    "history_of",
    "lift",
    "mixture_units",
    "ratio_history",
    "sample_ratio_check",
    "theta_pooled",
    "theta_within",
    "unit_share",
    "unit_share_duckdb",
    "unit_share_postgresql",
    "units_of_file",
    "winsorised",
]
