"""Where the model is wrong, in sentences that say no more than the numbers do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from urbsim.facts import gazetteer
from urbsim.facts.gazetteer import PROVINCE
from urbsim.skill.aims import FEW
from urbsim.skill.evaluation import Evaluation
from urbsim.skill.observed import BASE_YEAR, census_shares
from urbsim.skill.paired_tests import diebold_mariano
from urbsim.skill.score_rows import (
    AFTER,
    CONDITIONAL,
    DECADE,
    MODEL,
    ROLLING,
    UNWEIGHTED,
    Score,
    hardest,
    summaries,
)

_SURE = 0.05  # p-values below it are called a difference
_WORST = 3  # places named
_AHEAD = {1: "One year", 2: "Two years", 3: "Three years"}
_LEAST = 0.005  # points: less is shown as nothing
_ENOUGH_DRAWS = 20  # equally likely draws below which an interval is told from few


def findings(found: Evaluation) -> list[str]:
    """The sentences of the page, in order."""
    return [
        *_errors_ahead(found.rows),
        *_spreads(found.rows),
        *_draws(found),
        *_growth(found),
        *_places(found),
        *_after(found),
    ]


def paired(rows: Sequence[Score], rival: str, ahead: int, model: str = MODEL):
    """The test of Diebold and Mariano on the CRPS of the figures that both forecast, in order of origin and place."""
    of_rival = {(row.place, row.origin, row.year): row.crps for row in rows if row.forecaster == rival}
    both = [
        (row.crps, of_rival[key])
        for row in sorted(rows, key=lambda row: (row.origin, row.place))
        if row.forecaster == model and (key := (row.place, row.origin, row.year)) in of_rival
    ]
    return diebold_mariano([own for own, _ in both], [theirs for _, theirs in both], ahead)


def _mine(rows: Sequence[Score], forecaster: str = MODEL) -> list[Score]:
    return [row for row in rows if row.forecaster == forecaster]


def _side(points: float) -> str:
    return f"{abs(points):.2f} points too {'high' if points > 0 else 'low'}"


def _errors_ahead(rows: Sequence[Score]) -> Iterator[str]:
    """Bias, and how much of the error it is, by years ahead; and whether the hardest rival does better."""
    inside = [row for row in rows if row.test == ROLLING]
    for ahead in sorted({row.ahead for row in inside}):
        mine = [row for row in inside if row.ahead == ahead]
        error = np.array([row.error for row in _mine(mine)])
        part = 100 * error.mean() ** 2 / np.mean(error**2)
        rival = hardest(summaries(mine))
        text = (
            f"{_AHEAD.get(ahead, f'{ahead} years')} ahead inside the decade the model is {_side(error.mean())} on "
            f"average ({len(error)} forecasts, root mean square {np.sqrt(np.mean(error**2)):.2f}). A constant bias "
            f"is {part:.0f} per cent of its squared error."
        )
        if rival is not None:
            test = paired(mine, rival.forecaster, ahead)
            text += f" `{rival.forecaster}` scores {'better' if test.mean > 0 else 'worse'}"
            text += _sureness(test.p_value, test.n)
        yield text


def _sureness(p_value: float | None, n: int) -> str:
    if p_value is None:
        return f"; {n} pairs are too few, or too much alike, for a test."
    sure = "by more than chance explains" if p_value < _SURE else "though by no more than chance explains"
    return f", {sure} (p {p_text(p_value)}, {n} pairs)."


def p_text(p_value: float) -> str:
    """A p-value with two digits."""
    return "<0.01" if p_value < 0.01 else f"{p_value:.2f}"


def _spreads(rows: Sequence[Score]) -> Iterator[str]:
    """The size of errors against the sd that the forecasts state."""
    for name, what in (
        (ROLLING, "Inside the decade"),
        (DECADE, "Over the decade, for prefectures and counties"),
    ):
        mine = _mine([row for row in rows if row.test == name])
        if not mine:
            continue
        stated = float(np.sqrt(np.mean([row.sd**2 for row in mine])))
        size = float(np.sqrt(np.mean([row.error**2 for row in mine])))
        word = "narrow" if size > stated else "wide"
        factor = size / stated if size > stated else stated / size
        yield (
            f"{what} the forecasts state an sd of {stated:.2f} points and miss by {size:.2f} (root mean square): "
            f"they are too {word} by a factor of {factor:.1f}."
        )


def _draws(found: Evaluation) -> Iterator[str]:
    """What replays of draws that saw the decade say in its place, and how many count after weighting."""
    rows = [row for row in found.rows if row.test == ROLLING]
    mine, free = _mine(rows), _mine(rows, UNWEIGHTED)
    if not mine:
        return
    if found.later_years is None:
        by_origin = {row.origin: row.draws for row in mine}
        least = min(by_origin, key=lambda origin: (by_origin[origin], origin))
        text = (
            f"Weighted by what was known at the origin, the {len(found.replay)} replays are worth "
            f"{min(by_origin.values()):.1f} "
            f"(end of {least}) to {max(by_origin.values()):.1f} equally likely ones."
        )
        if by_origin[least] < _ENOUGH_DRAWS:
            text += (
                " So few make an interval too narrow, whatever the model: read the rows `model_unweighted` beside "
                "it."
            )
        yield text
    what = (
        "With all draws alike" if found.later_years is None else "Replays of draws that saw the whole decade:"
    )
    held = sum(row.in_90 for row in free)
    yield (
        f"{what} the 90% intervals hold {held} of {len(free)} figures, and the mean CRPS is "
        f"{np.mean([row.crps for row in free]):.2f} in place of {np.mean([row.crps for row in mine]):.2f} points."
    )


def _growth(found: Evaluation) -> Iterator[str]:
    """The replays' own growth of the decade, and the year in which it is furthest off."""
    path = {year: float(values.mean()) for year, values in found.replay.path(PROVINCE).items()}
    years = [year for year in path if year in found.series and year - 1 in path and year - 1 in found.series]
    years = [year for year in years if year - 1 > min(found.series)]  # the first year runs from census night
    if not years:
        return
    off = {
        year: 100 * (path[year] - path[year - 1] - found.series[year] + found.series[year - 1])
        for year in years
    }
    worst = max(off, key=lambda year: (abs(off[year]), year))
    whole = sum(off[year] for year in years)
    yield (
        f"Left to itself the mean replay gains {abs(whole):.2f} points {'more' if whole > 0 else 'less'} than the "
        f"published share from {years[0] - 1} to {years[-1]}; the furthest year is {worst}, "
        f"{abs(off[worst]):.2f} points too {'much' if off[worst] > 0 else 'little'}."
    )


def _places(found: Evaluation) -> Iterator[str]:
    """Prefectures and counties over the decade: the worst, and whether errors go with the share at the start."""
    names, before = gazetteer.places(), census_shares("census_2010")
    for level, plural in (("prefecture", "prefectures"), ("county", "counties")):
        mine = _mine([row for row in found.rows if row.test == DECADE and row.level == level])
        if not mine:
            continue
        worst = sorted(mine, key=lambda row: (-abs(row.error), row.place))[:_WORST]
        named = ", ".join(f"{names[row.place].name['en']} ({row.error:+.1f})" for row in worst)
        start = np.array([100 * before[row.place][0] for row in mine])
        error = np.array([row.error for row in mine])
        correlation = float(np.corrcoef(start, error)[0, 1])
        text = f"The largest errors over the decade among {plural}, in points: {named}."
        if abs(correlation) >= 2 / np.sqrt(len(mine)):  # about the size that chance reaches in one of twenty
            more, less = ("high", "low") if correlation > 0 else ("low", "high")
            text += (
                f" Errors go with the share of 2010 (correlation {correlation:.2f}): places that began {more} are "
                f"given more, beside the count, than those that began {less}."
            )
        else:
            text += f" No clear link of errors with the share of 2010 (correlation {correlation:.2f})."
        yield text


def _after(found: Evaluation) -> Iterator[str]:
    """The province after 2020: the two months that the official series does not have, and what growth explains."""
    rows = [row for row in found.rows if row.test == AFTER and row.place == PROVINCE]
    model = found.unconditional
    if BASE_YEAR in model.years:
        gained = 100 * float(model.change_since_base(PROVINCE, BASE_YEAR).mean())
        yield (
            f"From census night to the end of 2020 the model's share moves by {gained:+.2f} points on average. The "
            "official one of the end of 2020 is that of the census, so this stands in every error after it."
        )
    conditional = {row.year: row for row in _mine(rows, CONDITIONAL)}
    for row in _mine(rows):
        text = f"The share of {row.year} ({row.known}) is forecast {_side(row.error)}"
        text += f", {abs(row.error) / row.sd:.1f} times the sd that is stated."
        if row.year in conditional:
            change = conditional[row.year].error - row.error
            text += f" With the drivers that became known it is {_side(conditional[row.year].error)}: they "
            text += "hardly change it." if abs(change) < _LEAST else f"change it by {change:+.2f} points."
        yield text
    few = [row for row in _mine(rows) if row.known == "unseen"]
    if len(few) < FEW:
        yield (
            f"The register holds {len(few)} unseen figures of the province. Nothing here is a test on unseen years yet."
            if not few
            else f"{len(few)} unseen figures of the province are too few to tell skill from luck."
        )
