"""The grade of a target, as assessments of plans give it, by a rule that stands on the sheet."""

from __future__ import annotations

from urbsim.tables.indicator_table.outcomes import Outcome

AHEAD, FASTER, IN_LINE, BEHIND = "提前实现", "快于预期", "基本符合预期", "滞后"
MARGIN = 0.05
"""Share of the threshold beyond which a target without a tolerance counts as passed by far."""
RULE = (
    "评估规则（依推演值；多次模拟取中位数）：“滞后”指到期推演值未达到目标（目标含“左右”的，未达到允许差下限）；"
    "“提前实现”指到期达到目标，且到期前一年已达到目标值；“快于预期”指到期超出目标值，且超出幅度大于允许差"
    f"（无允许差的取目标值的{MARGIN:.0%}）；其余为“基本符合预期”。评估不反映推演的不确定性，应与90%区间和实现概率一并阅读。"
)


def grade(outcome: Outcome) -> str:
    """One of the four words; empty where there is no value."""
    if outcome.value is None:
        return ""
    target = outcome.target
    sign = 1 if target.operator == ">=" else -1
    margin = sign * (outcome.value - target.threshold)
    if margin < -target.tolerance:
        return BEHIND
    before = outcome.year_before
    if margin >= 0 and before is not None and sign * (before - target.threshold) >= 0:
        return AHEAD
    return FASTER if margin > (target.tolerance or MARGIN * abs(target.threshold)) else IN_LINE
