"""What `urbsim attribute` prints: a row for each player, then what pairs of them do together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from urbsim.batch.table import CAPTIONS
from urbsim.shares.attribution import COVER, NEED
from urbsim.shares.outcomes import ONE_MORE

_READS = {COVER: "相互替代", NEED: "相互依赖"}
_BY = {"programme": "行动", "measure": "措施", "lever": "政策工具"}
_MILLION = 1e6


def shares_table(content: Mapping[str, Any]) -> Table:
    """A row for each player, and one for all of them together. content: as attribution.json."""
    targets = [entry for entry in content["outcomes"] if entry["target"]]
    of_player = [{share["player"]: share for share in entry["shares"]} for entry in targets]
    table = Table()
    table.add_column(f"{content['by'].capitalize()}\n{_BY[content['by']]}", overflow="fold", min_width=18)
    for entry in targets:
        unit = "points 百分点" if entry["unit"] == "percentage points" else entry["unit"]
        table.add_column(f"{entry['outcome']}\n{unit}", justify="right")
    for head in ("Million yuan\n百万元", "Yuan/resident\n元/人", "Yuan/job\n元/岗"):
        table.add_column(head, justify="right")
    for player, price in zip(content["players"], content["prices"], strict=True):
        name, id_ = player["name"], player["player"]
        shares = [_share(entry, each[id_]) for entry, each in zip(targets, of_player, strict=True)]
        gains = [_one_more(price, gain) for gain in ONE_MORE.values()]
        label = f"{id_} {name['en']}\n{name['zh']}"
        table.add_row(label, *shares, f"{price['yuan'] / _MILLION:,.0f}", *gains)
    table.add_section()
    sums = [_amount(entry, entry["effect"], entry["standard_error"]) for entry in targets]
    yuan = sum(price["yuan"] for price in content["prices"]) / _MILLION
    table.add_row("Together 合计", *sums, f"{yuan:,.0f}", "", "")
    table.caption = _caption(content)
    return table


def interaction_lines(content: Mapping[str, Any]) -> list[str]:
    """A line for each pair of players and target; none where orders were drawn."""
    lines = []
    for entry in content["outcomes"]:
        for one in entry["interactions"] if entry["target"] else ():
            amount = _amount(entry, one["interaction"], one["standard_error"])
            reads = f": {one['reads']} {_READS[one['reads']]}" if one["reads"] else ""
            shared = (
                f" (both bring 共有: {', '.join(one['levers_of_both'])})" if one["levers_of_both"] else ""
            )
            lines.append(f"  {' x '.join(one['players'])}, {entry['outcome']}: {amount}{reads}{shared}")
    return ["Interactions 交互作用", *lines] if lines else []


def check_line(content: Mapping[str, Any]) -> str:
    """Whether shares add up to the effect of all players, run by run."""
    gap = max(entry["shares_less_effect"] for entry in content["outcomes"])
    if gap == 0:
        return "Shares add up to the effect in every run. 各份额之和等于总效果。"
    return f"Shares do not add up: {gap:g} apart. 各份额之和与总效果不符。"


def _caption(content: Mapping[str, Any]) -> str:
    over = ", ".join(content["errors_are_over"])
    lines = [CAPTIONS[content["draws_from"]]]
    if over:
        lines.append(f"±: one standard error, over {over}. ±为一个标准误。")
    else:
        lines.append("One draw and one seed: no error can be told. 仅一次抽样，无法给出误差。")
    if not all(price[f"{gain}s_are_sure"] for price in content["prices"] for gain in ONE_MORE.values()):
        lines.append("?: what is gained is within two standard errors of nothing. ?表示增量不显著。")
    return "\n".join([*lines, content["rule"]["en"], content["rule"]["zh"]])


def _share(entry: Mapping[str, Any], share: Mapping[str, Any]) -> str:
    text = _amount(entry, share["share"], share["standard_error"])
    return text if share["of_effect"] is None else f"{text}\n{share['of_effect']:.0%}"


def _amount(entry: Mapping[str, Any], value: float, error: float | None) -> str:
    digits = 3 if entry["unit"] == "percentage points" else 0
    text = f"{value:+,.{digits}f}"
    return text if error is None else f"{text} ± {error:,.{digits}f}"


def _one_more(price: Mapping[str, Any], gain: str) -> str:
    value = price[f"yuan_per_{gain}"]
    if value is None:
        return "-"
    return f"{value:,.0f}" + ("" if price[f"{gain}s_are_sure"] else "?")
