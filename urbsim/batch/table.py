"""What `urbsim batch` prints when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from pathlib import Path
from typing import Any

from rich.table import Table

from urbsim.batch import failures
from urbsim.batch.variance import FACTORS
from urbsim.batch.work import Tally
from urbsim.facts.indicators import decimals
from urbsim.results.fit_stamp import FITTED, OFF_THE_FIT, PRIORS
from urbsim.results.price import Price, in_words
from urbsim.scenario.sweep import value_text

CAPTIONS = {
    PRIORS: "Draws come from priors: no forecast. 参数抽样取自先验分布，不是预测。",
    FITTED: "Draws come from the fit. 参数抽样取自校准结果。",
    OFF_THE_FIT: "Off the fit: numbers or rules were changed since. 已偏离校准：参数或规则在校准后有改动。",
}
_LABEL = 30
"""Characters that a scenario's name gets at least, if it has them."""


def verdicts_table(content: dict[str, Any]) -> Table:
    """A row for each scenario and target. content: as verdicts.json."""
    table = Table()
    heads = (
        "Scenario\n情景",
        "Target\n目标",
        "Runs\n次数",
        "Median\n中位数",
        "5%-95%",
        "Short by\n差距",
        "Probability\n概率",
    )
    labels = [_label(entry, content["verdicts"]) for entry in content["verdicts"]]
    widest = max((len(line) for label in labels for line in label.splitlines()), default=0)
    for column, head in enumerate(heads):
        table.add_column(
            head,
            justify="left" if column < 2 else "right",
            overflow="fold",
            min_width=None if column else min(widest, _LABEL),
        )
    shares = [entry["target"]["variance_shares"] for entry in content["verdicts"]]
    told = any(each["no_shares_because"] is None for each in shares)
    if told:
        table.add_column("Spread 离散\np/s/v/x %", justify="right", no_wrap=True)
    before = ""
    for label, entry in zip(labels, content["verdicts"], strict=True):
        target = entry["target"]
        probability = target["probability"]
        table.add_row(
            "" if label == before else label,
            target["id"],
            str(target["n"]),
            _amount(target["median"], target),
            "-"
            if target["low"] is None
            else f"{_amount(target['low'], target)} - {_amount(target['high'], target)}",
            _short(target),
            "-" if probability is None else f"{100 * probability:.0f}%",
            *([_spread(target["variance_shares"])] if told else []),
        )
        before = label
    reasons = {entry["target"]["no_probability_because"] for entry in content["verdicts"]} - {None}
    table.caption = CAPTIONS[content["draws_from"]]
    if told:
        table.caption += (
            "\nSpread: share of the variance from parameters (p), seeds (s), variants (v), and these together (x)."
            "\n离散：方差中来自参数 (p)、随机种子 (s)、结构变体 (v) 及其交互 (x) 的份额。"
        )
    if reasons:
        table.caption += f"\nNo probability 不给出概率: {'; '.join(sorted(reasons))}"
    return table


def precision_lines(said: dict[str, Any]) -> list[str]:
    """How sure means over seeds are, and differences from the baseline. said: `precision` of verdicts.json."""
    seeds = f"{len(said['seeds'])} seeds"
    lines = [f"Precision 精度: reached with {seeds}"]
    if not said["reached"]:
        lines = [f"precision not reached with {seeds}: {said['not_reached_because']}"]
    for row in said["means"]:
        error = row["standard_error"]
        if error is None or (said["reached"] and not row["less"]):
            continue
        of, sign = (f" less {row['less']}", "+") if row["less"] else ("", "")
        digits = max(1 - floor(log10(error)), 0) if error > 0 else 0
        line = (
            f"  {row['scenario']}{of}: {row['target']} {row['mean']:{sign},.{digits}f} ± {error:,.{digits}f}"
        )
        asked = "" if row["reached"] else f", asked ± {row['asked']:g}"
        lines.append(f"{line} {row['unit']}{asked}")
    return lines


def price_lines(content: dict[str, Any]) -> list[str]:
    """What one more urban resident and job costs in each scenario; none without a baseline.

    content: as verdicts.json.
    """
    if not content["prices"]:
        return []
    lines = [f"Price of one more 多一个的成本, less {content['baseline']}:"]
    for entry in content["prices"]:
        name, swept = entry["origin"], [f"{path}={value_text(v)}" for path, v in entry["settings"].items()]
        lines.append(f"  {' '.join([name, *swept])}, {_GAINS[entry['gain']]}: {in_words(Price.of(entry))}")
    return lines


_GAINS = {"urban_population": "urban resident 城镇常住人口", "new_urban_jobs": "new urban job 城镇新增就业"}


def failures_text(content: dict[str, Any], tally: Tally, folder: Path) -> str:
    """What to say of runs that failed."""
    if tally.hopeless:
        return f"failed: stopped with {tally.left} runs left: {tally.hopeless}; the same command goes on"
    if not tally.failed:
        absent = content["runs"] - content["done"]
        return f"failed: {absent} of {content['runs']} runs are not in {folder}; do the workers write there?"
    return (
        f"failed: {tally.failed} of {content['runs']} runs; reasons in {folder / failures.FOLDER}; "
        "the same command tries them again"
    )


def _amount(value: float | None, target: dict[str, Any]) -> str:
    if value is None:
        return "-"
    indicator = target["indicator"]
    return f"{value:.2%}" if indicator.endswith("_rate") else f"{value:,.{decimals(indicator)}f}"


def _label(entry: dict[str, Any], entries: Sequence[dict[str, Any]]) -> str:
    """A scenario with what was swept, a line each; of paths the last word where that says enough."""
    paths = {path for one in entries for path in one["settings"]}
    last = [path.rpartition(".")[2] for path in paths]
    lines = [entry["origin"]]
    for path, value in entry["settings"].items():
        word = path.rpartition(".")[2]
        lines.append(f"  {word if last.count(word) == 1 else path}={value_text(value)}")
    if entry["variants"]:
        lines.append(f"  {len(entry['variants'])} variants")
    return "\n".join(lines)


def _spread(shares: dict[str, Any]) -> str:
    """`93/4/-/3`: parameters, seeds, variants, interactions in per cent, and what the design cannot tell."""
    if shares["no_shares_because"]:
        return "-"
    parts = (shares[name] for name in (*FACTORS, "interactions"))
    return "/".join("-" if share is None else f"{100 * share:.0f}" for share in parts)


def _short(target: dict[str, Any]) -> str:
    gap = target["shortfall"]
    return "-" if gap is None or gap <= 0 else _amount(gap, target)
