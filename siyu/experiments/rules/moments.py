"""Sufficient statistics: all that a comparison needs to know of an arm, and can be added up day by day."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = float | NDArray[np.float64]


class Arm(Protocol):
    """What can be compared: a mean over n units whose single values have this variance."""

    @property
    def n(self) -> Numbers:
        """The number of units."""

    @property
    def mean(self) -> Numbers:
        """The mean per unit."""

    @property
    def variance(self) -> Numbers:
        """The variance of single values."""


def quotient(numerator: ArrayLike, denominator: ArrayLike) -> Numbers:
    """Numerator over denominator, element by element; NaN, silently, where the denominator is zero.

    >>> float(quotient(1.0, 4.0)), quotient([1.0, 1.0], [2.0, 0.0]).tolist()
    (0.25, [0.5, nan])
    """
    top, bottom = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    found: Numbers = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)[()]
    return found


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, sum and sum of squares of one value per unit; each a number, or an array over looks or simulations.

    units   n in units; total in the metric's unit; squares in its square
    limits  double precision: the variance loses digits where mean² is over 1e10 times the variance;
            `binary` takes p(1-p) for the variance, without Bessel's correction
    """

    n: Numbers
    total: Numbers
    squares: Numbers
    binary: bool = False

    @classmethod
    def of(cls, values: ArrayLike) -> Self:
        """The moments of one value per unit.

        >>> float(Moments.of([1, 2, 3]).variance)
        1.0
        """
        array = np.asarray(values, float)
        return cls(n=float(array.size), total=float(array.sum()), squares=float(array @ array))

    @classmethod
    def of_successes(cls, n: Numbers, successes: Numbers) -> Self:
        """The moments of a yes or no per unit.

        >>> float(Moments.of_successes(28, 14).variance)
        0.25
        """
        return cls(n=n, total=successes, squares=successes, binary=True)

    def __add__(self, other: "Moments") -> "Moments":
        assert self.binary == other.binary, "moments of a proportion and of a mean do not add up"
        return Moments(self.n + other.n, self.total + other.total, self.squares + other.squares, self.binary)

    @property
    def mean(self) -> Numbers:
        """The mean; NaN without units."""
        return quotient(self.total, self.n)

    @property
    def variance(self) -> Numbers:
        """The variance of single values; NaN below two units."""
        spread = np.maximum(self.squares - self.total * self.mean, 0.0)
        return quotient(spread, self.n if self.binary else np.maximum(self.n - 1, 0.0))


@dataclass(frozen=True, slots=True)
class PairMoments:
    """Two values per unit: each one's moments and the sum of their products. A ratio's, or a metric and its past."""

    first: Moments
    second: Moments
    products: Numbers

    @classmethod
    def of(cls, first: ArrayLike, second: ArrayLike) -> Self:
        """The moments of two values per unit, in the same order of units.

        >>> float(PairMoments.of([1, 2, 3], [2, 4, 6]).covariance)
        2.0
        """
        left, right = np.asarray(first, float), np.asarray(second, float)
        return cls(Moments.of(left), Moments.of(right), float(left @ right))

    def __add__(self, other: "PairMoments") -> "PairMoments":
        return PairMoments(
            self.first + other.first, self.second + other.second, self.products + other.products
        )

    @property
    def n(self) -> Numbers:
        """The number of units."""
        return self.first.n

    @property
    def covariance(self) -> Numbers:
        """The covariance of the two values of a unit; NaN below two units."""
        together = self.products - self.first.total * self.second.mean
        return quotient(together, np.maximum(self.n - 1, 0.0))


@dataclass(frozen=True, slots=True)
class Ratio:
    """An arm measured by a ratio of sums (sales per order), analysed at the unit by the delta method.

    source  Deng, Knoblich and Lu 2018, arXiv 1803.06336
    """

    pair: PairMoments

    @property
    def n(self) -> Numbers:
        """The number of units, not of denominators."""
        return self.pair.n

    @property
    def mean(self) -> Numbers:
        """The sum of numerators over the sum of denominators."""
        return quotient(self.pair.first.total, self.pair.second.total)

    @property
    def variance(self) -> Numbers:
        """The variance of the linearised value of one unit."""
        top, bottom, ratio = self.pair.first, self.pair.second, self.mean
        spread = top.variance + ratio**2 * bottom.variance - 2 * ratio * self.pair.covariance
        return quotient(np.maximum(spread, 0.0), bottom.mean**2)
