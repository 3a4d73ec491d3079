"""An indicator of a place by month: a line for each scenario, with a band where there are several runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.report import typeface
from urbsim.report.charts import style
from urbsim.report.texts import indicator_name, say
from urbsim.report.wording import MINUS

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES = ("en", "zh")
_MYRIAD = 10_000  # 万, in which Chinese tables count people


def check(indicator: object, place: object, lang: object) -> None:
    """Raises InputError with everything wrong with what is to be drawn.

    indicator: a name of `urbsim.facts.indicators`; place: a code such as 450100; lang: zh or en.
    """
    problems = []
    if not isinstance(indicator, str) or indicator not in INDICATORS:
        allowed, near = ", ".join(INDICATORS), nearest(indicator, INDICATORS)
        problems.append(
            Problem(f"{quoted(indicator)} is no indicator", None, None, None, "indicator", allowed, near)
        )
    try:
        gazetteer.place(str(place))
    except InputError as error:
        problems += [replace(problem, key="place") for problem in error.problems]
    if lang not in LANGUAGES:
        problems.append(Problem(f"{quoted(lang)} is refused", key="lang", allowed=", ".join(LANGUAGES)))
    if problems:
        raise InputError(problems)


def draw(
    frame: pd.DataFrame, titles: Mapping[str, str], indicator: str, place: str, lang: str, ax: Axes | None
) -> Axes:
    """Lines and bands on `ax`, or on new axes; returns the axes.

    frame: columns scenario, draw, seed, month (datetime64) and value of one indicator and place, counts at full scale
    and shares from 0 to 1; titles: of the scenarios, by name, in order. The other arguments have passed `check`.
    """
    nature = INDICATORS[indicator]
    if nature.kind == "flow":
        frame = frame.loc[frame["month"] > frame["month"].min()]
    if ax is None:
        import matplotlib.pyplot as plt  # notebooks show figures that it made

        _, ax = plt.subplots()
    for k, (name, title) in enumerate(titles.items()):
        _line(ax, frame.loc[frame["scenario"] == name], title, lang, k)
    per_myriad = lang == "zh" and nature.kind != "rate" and ax.get_ylim()[1] >= 10 * _MYRIAD
    _label(ax, indicator, place, lang, per_myriad)
    return ax


def _line(ax: Axes, frame: pd.DataFrame, title: str, lang: str, k: int) -> None:
    """The median of the runs of one scenario, and their band."""
    by_month = frame.groupby("month")["value"]
    runs = len(frame[["draw", "seed"]].drop_duplicates())
    label = typeface.drawable(title)
    if runs > 1:
        low, high = (0.05, 0.95) if runs >= PROBABILITY_NEEDS else (0.0, 1.0)
        edges = by_month.quantile(low), by_month.quantile(high)
        ax.fill_between(edges[0].index, *edges, color=style.colour(k), alpha=0.15, lw=0)
        label = say(
            "line_of_many" if runs >= PROBABILITY_NEEDS else "line_of_several", lang, title=label, n=runs
        )
    middle = by_month.median()
    ax.plot(middle.index, middle, color=style.colour(k), ls=style.dash(k), lw=2, label=label)


def _label(ax: Axes, indicator: str, place: str, lang: str, per_myriad: bool) -> None:
    """Names, units and numbers on the axes; the values themselves stay as they are."""
    nature = INDICATORS[indicator]
    unit = "time" if indicator == "trained" else nature.unit
    words = say(f"unit_{unit}", lang)
    words = say("thousand", "zh", unit=words) if per_myriad else words
    if nature.kind == "flow" and unit != "household":  # counted in household-months
        words = say("unit_a_month", lang, unit=words)
    families = list(typeface.register())
    ax.set_title(gazetteer.place(place).name[lang], fontfamily=families)
    ax.set_xlabel(say("axis_month", lang), fontfamily=families)
    name = nature.zh if lang == "zh" else indicator_name(indicator, lang).replace("_", " ")
    named = say("in_unit", lang, name=name, unit=words)
    ax.set_ylabel(named, fontfamily=families)
    for text in ax.legend(prop={"family": families}).get_texts():
        text.set_parse_math(False)  # a dollar sign in a title is a dollar sign
    first, last = ax.get_xlim()
    marked = (12,) if last - first > 900 else (3, 6, 9, 12) if last - first > 250 else range(1, 13)
    ax.xaxis.set_major_locator(MonthLocator(marked, bymonthday=-1))  # at month ends, as values stand
    ax.xaxis.set_major_formatter(DateFormatter("%Y-%m"))
    size = _MYRIAD if per_myriad else 0.01 if unit == "share" else 1
    ax.yaxis.set_major_formatter(lambda value, _: f"{value / size:,.10g}".replace("-", MINUS))
    ax.grid(axis="y", color=style.FAINT, lw=0.6)
    ax.set_axisbelow(True)
    style.bare(ax, "bottom", "left")
