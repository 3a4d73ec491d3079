"""Beliefs about a number: six distributions given by two numbers a reader can judge.

`low` and `high` are the 5% and 95% points of normal, lognormal and beta priors, and the ends of uniform,
loguniform and triangular ones. Each is inverted at a uniform number (ODD equation U2).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from scipy.optimize import least_squares
from scipy.special import betainc, betaincinv, logit, ndtri

DISTRIBUTIONS = ("normal", "lognormal", "uniform", "triangular", "beta", "loguniform")
_TAIL = 0.05
_Z = float(ndtri(1 - _TAIL))
_FIT_TOLERANCE = 1e-6  # of a probability


class PriorError(ValueError):
    """The numbers make no distribution. key: which of low, high, mode is to blame."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key, self.message = key, message


@dataclass(frozen=True)
class Prior:
    """A distribution with its two native numbers, and the mode of a triangular one.

    a, b: mean and standard deviation (of the logarithm if lognormal); the ends (of the logarithm if
    loguniform); or both shapes of a beta.
    """

    distribution: str
    low: float
    high: float
    a: float
    b: float
    mode: float = math.nan

    @classmethod
    def believed(cls, distribution: str, low: float, high: float, mode: float | None = None) -> Prior:
        """The distribution with these ends or 5% and 95% points. mode: for a triangular one.

        Raises PriorError if there is none, ValueError for an unknown distribution.
        """
        if distribution not in DISTRIBUTIONS:
            raise ValueError(distribution)
        if not low < high:
            raise PriorError("high", f"{high:g} is not above low, {low:g}")
        if distribution in ("lognormal", "loguniform") and low <= 0:
            raise PriorError("low", f"{low:g} is not above 0, as a {distribution} prior needs")
        if distribution == "beta" and not (low > 0 and high < 1):
            raise PriorError("low" if low <= 0 else "high", "a beta prior lies inside 0 and 1")
        if distribution == "triangular":
            top = (low + high) / 2 if mode is None else float(mode)
            if not low <= top <= high:
                raise PriorError(
                    "mode" if mode is not None else "low", f"the mode {top:g} is outside the ends"
                )
            return cls(distribution, low, high, low, high, top)
        if distribution == "beta":
            return cls(distribution, low, high, *_beta_shapes(low, high))
        ends = (math.log(low), math.log(high)) if distribution.startswith("log") else (low, high)
        if distribution.endswith("normal"):
            ends = ((ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / (2 * _Z))
        return cls(distribution, low, high, *ends)

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest value that can be drawn."""
        if self.distribution in ("uniform", "triangular", "loguniform"):
            return self.low, self.high
        if self.distribution == "beta":
            return 0.0, 1.0
        return (0.0 if self.distribution == "lognormal" else -math.inf), math.inf

    def quantile(self, u: float) -> float:
        """The value below which a share `u` of the belief lies; u inside (0, 1)."""
        if self.distribution == "normal":
            return self.a + self.b * float(ndtri(u))
        if self.distribution == "lognormal":
            return math.exp(self.a + self.b * float(ndtri(u)))
        if self.distribution == "uniform":
            return self.a + (self.b - self.a) * u
        if self.distribution == "loguniform":
            return math.exp(self.a + (self.b - self.a) * u)
        if self.distribution == "beta":
            return float(betaincinv(self.a, self.b, u))
        return self._triangular(u)

    def _triangular(self, u: float) -> float:
        width = self.b - self.a
        if u * width <= self.mode - self.a:
            return self.a + math.sqrt(u * width * (self.mode - self.a))
        return self.b - math.sqrt((1 - u) * width * (self.b - self.mode))


def keyed_uniform(name: str, draw: int) -> float:
    """A uniform number inside (0, 1) from the parameter's name and the draw only (ODD equation U1)."""
    digest = hashlib.sha256(f"{name}:{draw}".encode()).digest()
    return ((int.from_bytes(digest[:8], "big") >> 11) + 0.5) / 2**53


def _beta_shapes(low: float, high: float) -> tuple[float, float]:
    """Shapes of the beta distribution with 5% and 95% points low and high. Raises PriorError if none has."""

    def miss(x: list[float]) -> list[float]:
        a, b = math.exp(x[0]), math.exp(x[1])
        return [float(betainc(a, b, low)) - _TAIL, float(betainc(a, b, high)) - (1 - _TAIL)]

    # A normal distribution on the logit scale gives the first guess of mean and spread.
    centre = 1 / (1 + math.exp(-float(logit(low) + logit(high)) / 2))
    spread = (high - low) / (2 * _Z)
    total = max(centre * (1 - centre) / spread**2 - 1, 0.1)
    start = [math.log(centre * total), math.log((1 - centre) * total)]
    found = least_squares(miss, start, xtol=1e-15, ftol=1e-15, gtol=1e-15)
    if max(abs(gap) for gap in miss(list(found.x))) > _FIT_TOLERANCE:
        raise PriorError("high", f"no beta distribution has 90% of its mass from {low:g} to {high:g}")
    return math.exp(float(found.x[0])), math.exp(float(found.x[1]))
