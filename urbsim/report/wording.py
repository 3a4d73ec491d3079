"""Numbers, dates and lists as people write them, in English and Chinese. Percentages exist only here."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from urbsim.report.texts import say

MINUS = "−"


def rounded(value: float | Decimal, decimals: int) -> str:
    """Half away from zero as in official tables; -0 is 0; thousands separated; a true minus sign.

    decimals: digits after the point; -2 rounds to hundreds. The shortest decimal form of the float is rounded, so that
    0.565 is what it looks like.
    """
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(exact):,f}" if exact == 0 else f"{exact:,f}".replace("-", MINUS)


def signed(text: str) -> str:
    """`text` of a number with a plus sign if it is above zero."""
    zero = not any(digit in text for digit in "123456789")
    return text if zero or text.startswith(MINUS) else "+" + text


def percent(share: float, decimals: int = 1) -> str:
    """0.5594 -> 55.9%."""
    return rounded(Decimal(repr(float(share))) * 100, decimals) + "%"


def threshold_percent(share: float) -> str:
    """A threshold with as few decimals as it has: 0.57 -> 57%, 0.565 -> 56.5%."""
    shortest = (Decimal(repr(round(share, 8))) * 100).normalize()
    return f"{shortest:f}%"


def shortest(value: float) -> str:
    """A number with as few decimals as it has, at most four: 90.0 -> 90."""
    text = rounded(value, 4)
    return text.rstrip("0").rstrip(".")


def points(share: float, decimals: int = 1) -> str:
    """A difference of shares in percentage points, without the word: 0.0106 -> 1.1."""
    return rounded(Decimal(repr(float(share))) * 100, decimals)


def about_people(count: float, lang: str, step: int | None = None) -> str:
    """A count to say aloud, to `step`; without one to 10,000, below that to 1,000, below that to 100."""
    step = step or next((s for s in (10_000, 1_000, 100) if abs(count) >= s), 1)
    whole = math.floor(abs(count) / step + 0.5) * step
    if lang == "en":
        return f"{whole:,}"
    return f"{whole / 10_000:g}万人" if whole >= 1_000 else f"{whole}人"


def two_figures(count: float) -> int:
    """The step that leaves a count two figures, 10,000 at most: finer for a county than for a province."""
    return min(10_000, 10 ** max(len(str(int(abs(count)))) - 2, 0))


def about_count(count: float, lang: str) -> str:
    """A number of events to say aloud, without the word for persons: 1,720,000 / 172万."""
    return about_people(count, lang).removesuffix("人")


def people(count: float, lang: str) -> str:
    """A count for a table: persons in English, 万人 with two decimals in Chinese."""
    return rounded(count, 0) if lang == "en" else rounded(count / 10_000, 2)


def two_significant(value: float) -> Decimal:
    """A number to two figures, half away from zero: 564,700 -> 560,000."""
    exact = Decimal(repr(float(value)))
    return exact if exact == 0 else exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), ROUND_HALF_UP)


def price(yuan: float, lang: str) -> str:
    """What one of something costs, to two figures, without the word for yuan: 560,000 / 56万."""
    told = two_significant(yuan)
    if lang == "en" or abs(told) < 10_000:
        return rounded(told, 0)
    wan = told / 10_000
    return rounded(wan, 0 if wan == int(wan) else 1) + "万"


_MONEY = {"en": (1e6, 0), "zh": (1e8, 2)}  # unit: million yuan, 亿元; decimals that leave a million yuan


def money(yuan: float, lang: str, coarse: bool = False) -> str:
    """Money for a table, to a million yuan, or to a hundred million: million yuan in English, 亿元 in Chinese."""
    unit, decimals = _MONEY[lang]
    return rounded(yuan / unit, decimals - 2 if coarse else decimals)


def is_coarse(amounts: Iterable[float]) -> bool:
    """Whether a column of money is told to a hundred million yuan: each amount of a million or more has two figures."""
    return all(abs(yuan) >= 1e9 for yuan in amounts if abs(yuan) >= 1e6)


def chart_unit(lang: str) -> float:
    """Persons in one unit of a chart's axis: thousands in English, 万 in Chinese."""
    return 1_000.0 if lang == "en" else 10_000.0


def day(date: dt.date, lang: str) -> str:
    """31 October 2020 / 2020年10月31日."""
    if lang == "en":
        return f"{date.day} {calendar.month_name[date.month]} {date.year}"
    return f"{date.year}年{date.month}月{date.day}日"


def month_name(year: int, month: int, lang: str) -> str:
    """June 2023 / 2023年6月; a December stands for its year."""
    if month == 12:
        return str(year) if lang == "en" else f"{year}年"
    return f"{calendar.month_name[month]} {year}" if lang == "en" else f"{year}年{month}月"


def end_of(date: dt.date, lang: str) -> str:
    """end of 2023 / 2023年末."""
    name = month_name(date.year, date.month, lang)
    return f"end of {name}" if lang == "en" else f"{name}末"


def period(first: str, last: str, aggregate: str, lang: str) -> str:
    """When a target is read: `at the end of 2023`, `over 2021–2023`, from months written 2021-01."""
    (y0, m0), (y1, m1) = (tuple(map(int, month.split("-"))) for month in (first, last))
    if aggregate == "last":
        return say("at_end_of", lang, month=month_name(y1, m1, lang))
    if (m0, m1) == (1, 12):
        return say("over_years", lang, first=y0, last=y1)
    names = [
        f"{calendar.month_name[m]} {y}" if lang == "en" else f"{y}年{m}月" for y, m in ((y0, m0), (y1, m1))
    ]
    return say("over_months", lang, first=names[0], last=names[1])


def listed(names: list[str], lang: str) -> str:
    """ "A" and "B" / “A”和“B”. English quotes are straight: the typeface sets curly ones a Chinese width."""
    quoted = [f'"{name}"' if lang == "en" else f"“{name}”" for name in names]
    if len(quoted) == 1:
        return quoted[0]
    comma, last = (", ", " and ") if lang == "en" else ("、", "和")
    return comma.join(quoted[:-1]) + last + quoted[-1]
