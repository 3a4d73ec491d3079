"""Numbers and texts of other libraries as Python's own: NumPy and pandas scalars, Decimal, Fraction.

No library is imported for it: its values are known by what they offer.
"""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

PLAIN = (bool, int, float, str, type(None))


def plain(value: object) -> Any:
    """The scalar as bool, int, float, str or None; anything that is no scalar as it is.

    A float of fewer or more bits becomes the number that it is printed as: `numpy.float32(0.01)` is 0.01.
    """
    if type(value) in PLAIN:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return _of_decimal(value)
    if getattr(value, "shape", None) == ():  # a scalar of NumPy or an array of no dimension
        item = value.item()  # type: ignore[attr-defined]
        return float(str(value)) if isinstance(item, Real) and not isinstance(item, Integral) else item
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    return value


def _of_decimal(number: Decimal) -> int | float:
    """Whole numbers of 64 bits stay whole."""
    if number.is_nan():
        return math.nan
    fits = number.is_finite() and number.adjusted() < 19
    return int(number) if fits and number == number.to_integral_value() else float(number)


def finite(value: object) -> float | None:
    """The finite number that a scalar stands for; None for anything else, text and truth values included."""
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    try:
        number = float(number)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole(value: object) -> int | None:
    """The whole number that a scalar stands for, 3.0 included; None for anything else."""
    number = plain(value)
    if isinstance(number, float) and number.is_integer():
        return int(number)
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def truth(value: object) -> bool | None:
    """The truth value that a scalar stands for; None for anything else, 0 and 1 included."""
    answer = plain(value)
    return answer if isinstance(answer, bool) else None
