"""The throw of a coin for many at once."""

import numpy as np

from siyu.demo.contracts import Flags, Floats


def some(rng: np.random.Generator, count: int, share: float | Floats) -> Flags:
    """One flag for each of so many: true for about this share of them, or for each with a chance of its own."""
    return rng.random(count) < share
