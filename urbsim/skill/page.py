"""`VALIDATION.md`: what was scored, what came out, and where the model is wrong."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from urbsim.facts import gazetteer
from urbsim.skill import aims
from urbsim.skill.after_base import UNSEEN
from urbsim.skill.evaluation import Evaluation
from urbsim.skill.findings import findings, p_text, paired
from urbsim.skill.forecasts import PRIORS
from urbsim.skill.score_rows import (
    AFTER,
    CONDITIONAL,
    DECADE,
    LEFT_OUT,
    MODEL,
    OURS,
    ROLLING,
    Score,
    Summary,
    hardest,
    summaries,
)

FOLDER = "validation"
"""Beside the page: scores and charts."""
_WIDTH = 118
SCORES, ORIGINS, PLACES = "scores.csv", "origins.png", "places.png"


def page(found: Evaluation) -> str:
    """The page as Markdown."""
    groups = aims.groups(found.rows)
    parts = [
        _head(found),
        _aims(found, groups),
        "## Where it is wrong\n\n" + "".join(_item(sentence) for sentence in findings(found)),
        _inside(found),
        _places(found),
        _after(found),
        _method(found),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _head(found: Evaluation) -> str:
    in_force = found.protocol
    return "\n".join(
        [
            "# How good the forecasts were\n",
            _wrapped(
                "`urbsim validate-model` wrote this page from stored runs; do not edit it. Every score is in "
                f"[{SCORES}]({FOLDER}/{SCORES}). Shares are in per cent, errors and CRPS in points of urban share; an "
                "error is forecast less published. CRPS grows with distance and with width; 0 is perfect."
            ),
            _table(("", "forecasts from census 2020", "replays of 2010-2020"), _provenance(found)),
            _wrapped(
                f"Protocol in force: `{in_force.name}` version {in_force.version} (`{in_force.digest[:12]}`), the "
                f"same as when the runs were made; rules of scoring `{found.rules_digest[:12]}`.{_mixed(found)}"
            ),
        ]
    )


def _provenance(found: Evaluation) -> list[tuple[str, ...]]:
    def both(name: str, read) -> tuple[str, ...]:
        return name, str(read(found.forecasts)), str(read(found.replays))

    def digest(of: str):
        return lambda batch: f"`{str(batch.record.get('digests', {}).get(of, ''))[:12]}`"

    return [
        both("batch", lambda batch: f"`{batch.record.get('name')}`"),
        both("scenarios", lambda batch: ", ".join(f"`{name}`" for name in batch.ensembles)),
        both("runs of each", lambda batch: ", ".join(str(len(each)) for each in batch.ensembles.values())),
        both("scale", lambda batch: batch.record.get("scale")),
        both("draws from", lambda batch: batch.draws_from),
        both("urbsim", lambda batch: batch.record.get("urbsim")),
        both("code", digest("code")),
        both("facts", digest("facts")),
    ]


def _mixed(found: Evaluation) -> str:
    named = [
        f"runs of `{batch.record.get('name')}` differ in {', '.join(batch.mixed)}"
        for batch in (found.forecasts, found.replays)
        if batch.mixed
    ]
    return f" **Mixed**: {'; '.join(named)}." if named else ""


def _aims(found: Evaluation, groups: dict[str, list[Score]]) -> str:
    wanted = found.rules.aims
    low, high = wanted.coverage_90
    rows = []
    for verdict in aims.verdicts(groups, wanted):
        rows.append(
            (
                verdict.group,
                str(verdict.n),
                f"{verdict.ratio:.2f}",
                aims.in_words(verdict.ratio_met),
                f"`{verdict.rival}`",
                f"{100 * verdict.in_90:.0f}%",
                aims.in_words(verdict.coverage_met),
            )
        )
    if not any(row.known == UNSEEN for row in found.rows):
        rows.append(("after 2020 (unseen)", "0", "", "no figure yet", "", "", "no figure yet"))
    heads = ("figures", "n", "CRPS ratio", "score", "hardest rival", "inside 90%", "intervals")
    return "\n".join(
        [
            "## Aims\n",
            _wrapped(
                f"The model's CRPS is to be at most {wanted.crps_ratio:g} of that of the hardest rival, and its 90% "
                f"intervals are to hold {100 * low:.0f}-{100 * high:.0f}% of the figures. The hardest rival is the one "
                f"with the highest ratio on figures that both forecast. Of fewer than {aims.FEW} figures nothing is "
                "said of intervals."
            ),
            _table(heads, rows),
            _wrapped(
                "No figure inside the decade is unseen: start values and priors were chosen on them. Figures up to "
                f"{found.rules.seen_until} were seen as well."
            ),
        ]
    )


def _inside(found: Evaluation) -> str:
    rows = [row for row in found.rows if row.test == ROLLING]
    first, last = found.rules.origins[0], found.rules.origins[-1]
    alt = "Errors and intervals of the model by year and years ahead; CRPS by years ahead beside rivals"
    text = "\n".join(
        [
            "## Inside the decade\n",
            _wrapped(
                f"Forecasts from the ends of {first} to {last}: the published share at the origin plus the change of "
                "each run from there on. " + _what_is_known(found)
            ),
            f"![{alt}]({FOLDER}/{ORIGINS})\n\n",
        ]
    )
    for ahead in sorted({row.ahead for row in rows}):
        mine = [row for row in rows if row.ahead == ahead]
        text += f"### {ahead} year{'s' if ahead > 1 else ''} ahead\n\n{_scores(mine, ahead)}\n"
    if found.later_years is not None:
        return text
    draws = {row.origin: row.draws for row in rows if row.forecaster == MODEL}
    weighed = [(f"end of {origin}", f"{number:.1f}") for origin, number in draws.items()]
    return text + "### Draws that count\n\n" + _table(("origin", "effective draws"), weighed)


def _what_is_known(found: Evaluation) -> str:
    """What `model` and `model_unweighted` had seen."""
    of = found.later_years
    if of is not None:
        return (
            f"`model` is members of the fit ({of['members']} at each origin, scale {of['scale']:g}) that were "
            "matched anew to what is dated up to the origin (`urbsim fit --check origins`); climates of later years "
            "are those of their priors. Starts and priors were chosen by people who had seen the decade, so this is "
            "not quite out of sample. `model_unweighted` is replays of the draws, which were fitted to the whole "
            "decade: skill in sample."
        )
    twice = ""
    if found.replays.draws_from != PRIORS:
        twice = " The draws do not come from the priors: the weights count the years up to the origin a second time."
    return (
        "`model` weighs replays by the published path up to the origin, `model_unweighted` does not. Parameters were "
        "set, or fitted, on the whole decade, so this is skill in sample; the weights take nothing of that back."
        f"{twice} Forecasts that see nothing later are not scored: {found.why_not_later_years}."
    )


def _scores(rows: Sequence[Score], ahead: int) -> str:
    """A row a forecaster: its scores, and the paired test of the model against it."""
    lines = []
    for summary in summaries(rows):
        test = None if summary.forecaster in OURS else paired(rows, summary.forecaster, ahead)
        lines.append((*_cells(summary), "" if test is None or test.p_value is None else p_text(test.p_value)))
    return _table((*_HEADS, "p"), lines)


_HEADS = ("forecaster", "n", "bias", "rmse", "CRPS", "inside 50%", "inside 90%", "ratio")


def _cells(summary: Summary) -> tuple[str, ...]:
    return (
        f"`{summary.forecaster}`",
        str(summary.n),
        f"{summary.bias:+.2f}",
        f"{summary.rmse:.2f}",
        f"{summary.crps:.3f}",
        f"{100 * summary.in_50:.0f}%",
        f"{100 * summary.in_90:.0f}%",
        "" if summary.ratio is None else f"{summary.ratio:.2f}",
    )


def _places(found: Evaluation) -> str:
    alt = "Prefectures: change of the decade, model against count; figures after 2020 beside forecasts"
    text = "\n".join(
        [
            "## Places over the decade\n",
            _wrapped(
                "Urban shares of prefectures and counties on census night 2020, forecast from that of 2010, all "
                "replays alike. The two rivals that give every place the province's change know the share of the "
                "province in 2020; the model does not. Places are not independent of each other, so p is too small "
                "rather than too large."
            ),
            f"![{alt}]({FOLDER}/{PLACES})\n\n",
        ]
    )
    for level, title in (("prefecture", "Prefectures"), ("county", "Counties")):
        mine = [row for row in found.rows if row.test == DECADE and row.level == level]
        text += f"### {title}\n\n{_scores(mine, 1)}\n"
    return text + _left_out(found)


def _left_out(found: Evaluation) -> str:
    """Prefectures of which the fit saw nothing."""
    text = "### Prefectures left out of the fit\n\n"
    rows = [row for row in found.rows if row.test == LEFT_OUT]
    if not rows or found.left_out is None:
        return text + _wrapped(f"Not scored: {found.why_not_left_out}.")
    of = found.left_out
    text += _wrapped(
        f"Prefectures are dealt into {of['folds']} groups. For each group {rows[0].draws:.0f} members of the fit "
        f"(scale {of['scale']:g}) are matched anew and do not see its urban shares of 2020, which their runs "
        "forecast. Start values and the sizes of fortunes of places "
        "were set with all prefectures in sight, and so was the province. `urbsim fit --check prefectures` makes "
        "these runs."
    )
    return text + "\n" + _scores(rows, 1) + "\n"


def _after(found: Evaluation) -> str:
    names = gazetteer.places()
    rows = [row for row in found.rows if row.test == AFTER]
    text = "## After 2020\n\n" + _wrapped(
        "Forecasts from census night 2020. `model` knows nothing later; `model_conditional` knows the drivers that its "
        "scenario names. The error of publication is added to every forecast."
    )
    text += "\n"
    lines = []
    for row in (row for row in rows if row.forecaster == MODEL):
        same = [other for other in rows if (other.place, other.year) == (row.place, row.year)]
        rival = hardest(summaries(same))
        other = next((r for r in same if r.forecaster == CONDITIONAL), None)
        theirs = next(r for r in same if rival is not None and r.forecaster == rival.forecaster)
        lines.append(
            (
                names[row.place].name["en"], str(row.year), row.known, f"{row.observed:.2f}",
                f"{row.mean:.2f} ({row.q05:.2f} to {row.q95:.2f})", "" if other is None else f"{other.mean:.2f}",
                f"{theirs.mean:.2f} `{theirs.forecaster}`", f"{row.crps:.2f}", f"{theirs.crps:.2f}",
            )
        )  # fmt: skip
    heads = (
        "place",
        "year",
        "",
        "published",
        "model (90%)",
        "conditional",
        "hardest rival",
        "CRPS",
        "of rival",
    )
    text += _table(heads, lines) + "\n"
    for level, title in (("province", "Province"), ("prefecture", "Prefectures"), ("county", "Counties")):
        mine = [row for row in rows if row.level == level]
        if mine:
            table = _table(_HEADS, [_cells(summary) for summary in summaries(mine)])
            text += f"### {title} after 2020\n\n{table}\n"
    left = [seen for seen in found.observations if found.rules.conflict_of(seen.place, seen.year)]
    if left:
        named = (
            f"{names[o.place].name['en']} {o.year} (`{found.rules.conflict_of(o.place, o.year)}`)"
            for o in left
        )
        because = "Left out, for the series breaks with the census ([conflicts](conflicts.csv))"
        text += _wrapped(f"{because}: {'; '.join(named)}.")
    return text


def _method(found: Evaluation) -> str:
    error, status = found.rules.publication_error, found.rules.publication_error_status
    points = (
        "A forecast of the model is its draws, each with a normal error of the published figure: inside the decade "
        f"that of `protocol.yaml`, after 2020 {error.province:g} points for the province, {error.prefecture:g} for "
        f"prefectures and {error.county:g} for counties ({status}; `scoring.yaml`).",
        "A rival is a normal around its rule. Its sd is the root mean square of its own errors inside the decade, at "
        "the same years ahead and at other origins than the one scored. At an origin inside the decade it could not "
        "have known them, so the comparison leans to the rivals.",
        "Rivals are defined in `urbsim/skill/rivals.py`, `cohorts.py` and `places.py`. Ten-year rules take what the "
        "decade has, from five years on. The account of cohorts has no ages by residence to start from; `cohorts.py` "
        "says what it does instead.",
        "Places have two figures, so their rivals carry on the decade, with the spread of the province's change.",
        "p is the test of Diebold and Mariano on CRPS, two-sided, with the correction for small samples; it is left "
        "empty where there are too few pairs or no positive variance.",
        "The last replayed year ends on census night, ten months long. The two that are missing gain what months of "
        "the year before did: a standstill that lies in the ten is not stretched.",
    )
    return "## How it is scored\n\n" + "".join(_item(point) for point in points)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False, break_long_words=False) + "\n"


def _item(text: str) -> str:
    """An item of a list."""
    wrapped = textwrap.fill(
        text,
        _WIDTH,
        subsequent_indent="  ",
        initial_indent="- ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    return wrapped + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
