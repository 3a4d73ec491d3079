"""What `urbsim seek` prints: a row for each player, goal and probability, then the cheapest mixes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from urbsim.batch.table import CAPTIONS
from urbsim.facts.indicators import INDICATORS, decimals
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.seek.answer import (
    CANNOT,
    CHEAPEST,
    MET,
    MOVES_AWAY,
    NOTHING,
    OPEN,
    SHORT,
    TOO_DEAR,
    USED_UP,
    WITHOUT,
)

ZH = {
    WITHOUT: "不实施也能达到",
    MET: "可达到",
    USED_UP: "无法达到：再加大投入也不再起作用",
    MOVES_AWAY: "无法达到：投入越大离目标越远",
    NOTHING: "无法达到：效果不显著",
    OPEN: "最大倍数仍未达到",
    CHEAPEST: "成本最低的组合",
    TOO_DEAR: "资金限额内无法达到",
    CANNOT: "任何组合都无法达到",
    SHORT: "推算可达到，实际模拟未证实",
}
_MILLION = 1e6
_SHOWN = 6  # levers named in a line


def doses_table(content: Mapping[str, Any]) -> Table:
    """A row for each player, goal and probability. content: as seek.json."""
    table = Table()
    table.add_column("Of\n投入", overflow="fold", min_width=16)
    table.add_column("Goal\n目标", overflow="fold")
    for head in (
        "Wanted\n要求概率",
        "Dose, x plan\n所需倍数",
        "90% of it\n区间",
        "Probability\n概率",
        "Million yuan\n百万元",
    ):
        table.add_column(head, justify="right")
    table.add_column("Reads\n结论", overflow="fold")
    names = {each["player"]: each["name"] for each in content["players"]}
    before = ""
    for entry in content["doses"]:
        player = entry["player"]
        for answer in entry["answers"]:
            label = "" if player == before else f"{player}\n{names[player]['en']}\n{names[player]['zh']}"
            before = player
            there = answer["probability_there"]
            table.add_row(
                label,
                entry["goal"],
                f"{100 * answer['probability']:g}%",
                "-" if answer["multiple"] is None else f"{answer['multiple']:g}",
                _interval(answer),
                f"{'' if answer['multiple'] is not None else '≤ '}{100 * there:.0f}%",
                _yuan(answer["yuan_of_the_dose"]),
                f"{answer['reads']}\n{ZH[answer['reads']]}",
            )
    table.caption = "\n".join(
        [
            CAPTIONS[content["draws_from"]],
            f"{content['draws']} draws x {content['seeds']} seeds at scale {content['scale']:g}, "
            f"{content['mixes_run']} doses run. 90% of it: as far as so many draws can tell.",
            "Million yuan: what the dose itself costs by the end; median, 5%-95%. 百万元：该投入截至期末的支出。",
        ]
    )
    return table


def mixes_table(content: Mapping[str, Any]) -> Table:
    """A row for each goal and probability."""
    table = Table()
    for head in ("Goal\n目标", "Wanted\n要求概率"):
        table.add_column(head, overflow="fold")
    for player in content["players"]:
        table.add_column(f"{player['player']}\nx plan", justify="right", overflow="fold")
    for head in ("Predicted\n推算概率", "Confirmed\n实际概率", "Million yuan\n百万元"):
        table.add_column(head, justify="right")
    table.add_column("Reads\n结论", overflow="fold")
    for mix in content["mixes"]:
        trial = next(each for each in mix["trials"] if each["multiples"] == mix["multiples"])
        table.add_row(
            mix["goal"],
            f"{100 * mix['probability']:g}%",
            *(f"{multiple:g}" for multiple in mix["multiples"].values()),
            f"{100 * trial['predicted_probability']:.0f}%",
            f"{100 * trial['confirmed_probability']:.0f}%",
            _yuan(mix["yuan"]),
            f"{mix['reads']}\n{ZH[mix['reads']]}",
        )
    envelope = content["envelope_yuan"]
    money = "" if envelope is None else f" Envelope 资金限额: {envelope / _MILLION:,.0f} million yuan 百万元."
    table.caption = (
        "Predicted: by adding up what each did alone. Confirmed: by runs of the mix itself."
        "\n推算：各项单独效果相加；实际：对该组合的实际模拟。"
        f"\nMillion yuan: all that the scenario adds.{money} 百万元：情景全部新增支出。"
    )
    return table


def lines(content: Mapping[str, Any]) -> list[str]:
    """What there is to say of each player: effect, where more moves nothing, what has no price or size."""
    said = []
    goals = {goal["goal"]: goal for goal in content["goals"]}
    for entry in content["doses"]:
        goal = goals[entry["goal"]]
        last = entry["tried"][-1]["multiple"]
        effect = amount(goal["indicator"], entry["whole_effect"], signed=True)
        error = amount(goal["indicator"], entry["standard_error"])
        line = f"  {entry['player']}, {entry['goal']}: x {last:g} moves it by {effect} ± {error}"
        flat = entry["more_moves_nothing_above"]
        if flat is not None:
            line += f"; above x {flat:g} more moves nothing 超过{flat:g}倍后不再起作用"
        if entry["used_up"] and goal is content["goals"][0]:
            line += f"; used up 已用尽: {_some(entry['used_up'])}"
        said.append(line)
    for player in content["players"]:
        if player["without_price"]:
            keys = _some(player["without_price"])
            said.append(
                f"  {player['player']}: no price, so the true cost is higher 未定价，实际成本更高: {keys}"
            )
        if player["without_size"]:
            keys = _some(player["without_size"])
            said.append(f"  {player['player']}: there or not, whatever the dose 无倍数: {keys}")
    return ["Notes 说明", *said]


def amount(indicator: str, value: float, signed: bool = False) -> str:
    """An amount of an indicator as people read it: points of a rate, else its unit."""
    sign = "+" if signed else ""
    if INDICATORS[indicator].kind == "rate":
        return f"{100 * value:{sign}.3f} points 百分点" if signed else f"{100 * value:.3f}"
    return f"{value:{sign},.{decimals(indicator)}f}"


def _interval(answer: Mapping[str, Any]) -> str:
    low, high = answer["low"], answer["high"]
    if low is None:
        return "-"
    return f"{low:.3g} - {'?' if high is None else f'{high:.3g}'}"


def _yuan(spread: Mapping[str, float] | None) -> str:
    if spread is None:
        return "-"
    low, median, high = (spread[key] / _MILLION for key in ("low", "median", "high"))
    return f"{median:,.0f}\n{low:,.0f} - {high:,.0f}"


def _some(keys: list[str]) -> str:
    names = [f"{CATALOGUE[key].en} {CATALOGUE[key].zh}" for key in keys[:_SHOWN]]
    more = f" and {len(keys) - _SHOWN} more 等{len(keys)}项" if len(keys) > _SHOWN else ""
    return "; ".join(names) + more
