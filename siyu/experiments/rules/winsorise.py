"""One wholesale order must not decide a test: values above a pooled quantile are lowered to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Winsorised:
    """Values with their long upper tail cut.

    units  cap in the metric's unit; capped: how many values lay above it
    """

    values: NDArray[np.float64]
    cap: float
    capped: int


def winsorised(values: ArrayLike, quantile: float) -> Winsorised:
    """No value exceeds the quantile of all values, pooled over arms so that both are cut at the same height.

    units   quantile: above 0, at most 1; the cap is an observed value, the smallest with at least that share of
            values at or below it (PostgreSQL's percentile_disc), so values tied with the cap are not changed
    limits  the lower tail stays; where at least that share of units is zero, the cap is zero and all is lost

    >>> winsorised([0, 0, 5, 5, 900], 0.8).values.tolist()
    [0.0, 0.0, 5.0, 5.0, 5.0]
    """
    assert 0 < quantile <= 1, "a quantile lies above 0 and at most at 1"
    array = np.asarray(values, float)
    cap = float(np.quantile(array, quantile, method="inverted_cdf"))
    return Winsorised(values=np.minimum(array, cap), cap=cap, capped=int((array > cap).sum()))
