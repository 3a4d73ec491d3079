"""docs/sensitivity.md and its chart, from what was analysed. Between the marks nothing is written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bench.processes import ROOT
from bench.sensitivity.indices import LEAST_R2, Result, shares
from bench.sensitivity.inputs import Sample
from urbsim.results import store

PAGE = ROOT / "docs" / "sensitivity.md"
CHART = ROOT / "docs" / "sensitivity.png"
SHOWN = 12
"""Inputs of a target that are named."""
_MARKS = re.compile(r"(<!-- sensitivity -->\n).*?(<!-- end -->)", re.DOTALL)


def write(sample: Sample, results: list[Result]) -> None:
    """Renews tables and chart. Raises ValueError where the page has no place for them."""
    from matplotlib import use

    use("Agg")
    from bench.sensitivity import chart

    page, found = _MARKS.subn(
        lambda marks: marks[1] + text(sample, results) + marks[2], PAGE.read_text(encoding="utf-8")
    )
    if found != 1:
        raise ValueError(f"{PAGE.name} has {found} places for the tables")
    picture = chart.png(results)
    for path, content in ((PAGE, page.encode()), (CHART, picture)):
        with store.whole_file(path) as temporary:
            temporary.write_bytes(content)


def text(sample: Sample, results: list[Result]) -> str:
    """All that stands between the marks."""
    return "\n".join([_about(sample), *(_target(sample, result) for result in results)])


def _about(sample: Sample) -> str:
    about = sample.about
    seeds = "one seed" if about["seeds"] == 1 else f"{about['seeds']} seeds"
    return (
        f"Batch `{about['batch']}`: {about['draws']} draws from {_origin(about['draws_from'])}, {seeds}, scale "
        f"{about['scale']:g}, scenarios {', '.join(f'`{name}`' for name in about['scenarios'])}; "
        f"{len(sample.inputs)} inputs differ.\n"
    )


def _origin(draws_from: str) -> str:
    return {"priors": "the priors (no fit)", "fitted": "the fit"}.get(draws_from, draws_from)


def _target(sample: Sample, result: Result) -> str:
    trained = result.trained
    tried = ", ".join(f"{kind} {r2:.2f}" for kind, r2 in trained.tried.items())
    said = (
        f"**{result.target}.** The emulator ({trained.kind}) predicts draws that it was not trained on with R2 "
        f"{trained.r2:.2f} ± {trained.error:.2f} ({tried})."
    )
    if result.luck is not None:
        said += f" Seeds make {_share(result.luck)} of the variance."
    if result.refused:
        said += f" That is below {LEAST_R2:g}: no indices are shown. More draws would help."
        return f"{said}\n\n{_ranks(sample, result)}"
    said += f" Largest correlation between two inputs: {result.correlated:.2f}."
    return f"{said}\n\n{_groups(sample, result)}\n{_inputs(sample, result)}"


def _groups(sample: Sample, result: Result) -> str:
    counts: dict[str, int] = {}
    for each in sample.inputs:
        counts[each.group] = counts.get(each.group, 0) + 1
    rows = [
        (name, str(counts.get(name, "")), _share(share), _total(result, name))
        for name, share in shares(result).items()
    ]
    return table(("where the spread comes from", "inputs", "alone", "with what they do together"), rows)


def _total(result: Result, group: str) -> str:
    found = result.by_group.get(group)
    return "" if found is None else _share(found.in_all * result.trained.r2)


def _inputs(sample: Sample, result: Result) -> str:
    groups = _described(sample)
    first = sorted(result.by_input.items(), key=lambda item: -item[1].in_all)[:SHOWN]
    rows = [
        (
            f"`{name}`",
            groups[name],
            f"{index.alone:.2f}",
            f"{index.in_all:.2f} ± {index.error:.2f}",
            f"{result.ranks[name]:.2f}",
        )
        for name, index in first
    ]
    return table(("input", "group", "Sobol, alone", "Sobol, in all", _of_ranks(result)), rows)


def _ranks(sample: Sample, result: Result) -> str:
    groups = _described(sample)
    first = sorted(result.ranks.items(), key=lambda item: -item[1])[:SHOWN]
    rows = [(f"`{name}`", groups[name], f"{share:.2f}") for name, share in first]
    chance = f"Chance alone gives about {1 / sample.about['draws']:.3f}.\n"
    return table(("input", "group", _of_ranks(result)), rows) + "\n" + chance


def _described(sample: Sample) -> dict[str, str]:
    """Group of each input, with the process of a parameter."""
    return {
        each.name: f"{each.group}, {each.process}" if each.process else each.group for each in sample.inputs
    }


def _of_ranks(result: Result) -> str:
    return "rank regression" if result.at_once else "ranks, one at a time"


def _share(share: float) -> str:
    return f"{100 * share:.0f}%"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table whose first two columns are words."""
    lines = [head, ("---", "---") + ("---:",) * (len(head) - 2), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
