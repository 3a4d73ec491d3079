"""The third sheet as pairs of heading and text: what the numbers rest on, how to make them again, how to quote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.limits import PROBABILITY_NEEDS
from urbsim.report import wording
from urbsim.report.standing import line, standing
from urbsim.results.loading import StoredRun
from urbsim.results.store import scale_text
from urbsim.tables.indicator_table.grades import RULE
from urbsim.tables.indicator_table.outcomes import Counted, Outcome
from urbsim.tables.indicator_table.plan_figures import LAST_COUNTED, Figure, figures
from urbsim.tables.summary import exchangeable

MARK = "情景推演，非统计数据"


def about(
    runs: Sequence[StoredRun], found: Mapping[str, Outcome], behind: Counted
) -> Iterator[tuple[str, str]]:
    """Heading and text, in the order of the sheet. runs: of one scenario."""
    used = exchangeable(runs)
    record, basis = used[0].scenario, standing([run.record.get("fit") or {} for run in used])
    yield "性质", f"{MARK}。本表由模型按情景设定推演得出，不得作为统计数据引用或发布。"
    yield (
        "Nature",
        "Scenario results of a model, not statistics. Not to be quoted or published as official figures.",
    )
    yield "情景", f"{record['title']['zh']}（{record['name']}）　{record['question']['zh']}"
    yield "公报体例表述", f"【{MARK}】{communique(found, figures())}"
    yield "校准状态", line(basis, "zh")
    yield "Status of the fit", line(basis, "en")
    yield "模拟规模", "；".join(dict.fromkeys(_scale(run) for run in used))
    yield "参数抽样", _draws(behind)
    yield "随机种子", f"{behind.seeds}个：{_several(sorted({run.key[2] for run in used}))}"
    yield "复算命令", rerun(used)
    yield (
        "实际（统计）列",
        f"只取统计登记表中{LAST_COUNTED}年及以前的数值，不由模型填列；{LAST_COUNTED}年以后的数值留作检验，一律空白。"
        f"{LAST_COUNTED}年数为当年数，累计指标尚未累计。基数为2020年数，流量指标为当年数。",
    )
    yield (
        "推演值与区间",
        f"多次模拟取中位数；90%区间为第5至第95百分位，实现概率为达到目标的参数抽样所占比重，均须至少{PROBABILITY_NEEDS}组参数抽样。",
    )
    yield "评估", RULE
    yield (
        "措施与资金",
        "支出为各级政府用于政策工具的总支出，取各次模拟的平均数，单位为百万元；单位成本多为假设（calibration/parameters/costs.yaml）。"
        "跨措施的政策工具只在一项措施下计一次。",
    )


def communique(found: Mapping[str, Outcome], figures: Sequence[Figure]) -> str:
    """The sentence of a communiqué on every target that has a value, in the words of the plan where it has them."""
    of_plan = {figure.judged_by: figure for figure in figures}
    valued = {name: outcome for name, outcome in found.items() if outcome.value is not None}
    parts = [_clause(outcome, of_plan.get(name)) for name, outcome in valued.items()]
    return "；".join(parts) + "。" if parts else "本次模拟未评判任何目标。"


def _clause(outcome: Outcome, figure: Figure | None) -> str:
    target, value = outcome.target, outcome.value
    assert value is not None
    known = INDICATORS.get(target.indicator)
    place = "全区" if target.place == gazetteer.PROVINCE else gazetteer.places()[target.place].name["zh"]
    name = figure.name.removeprefix("累计") if figure else known.zh if known else target.indicator
    when = wording.period(target.from_, target.to, target.aggregate, "zh")
    head = (
        f"到{when}，{place}{name}推演值为"
        if target.aggregate == "last"
        else f"{when.removesuffix('累计')}{place}累计{name}推演值为"
    )
    share = known is not None and known.kind == "rate"
    unit, per = (figure.unit, figure.per) if figure else ("万人", 10_000.0)

    def said(number: float) -> str:
        return wording.percent(number, 2) if share else wording.rounded(number / per, 2) + unit

    if outcome.low is None or outcome.high is None:
        return f"{head}{said(value)}（不足{PROBABILITY_NEEDS}组参数抽样，不给出区间）"
    return f"{head}{said(value)}（90%区间{said(outcome.low)}至{said(outcome.high)}）"


def _scale(run: StoredRun) -> str:
    text = scale_text(run.summary["scale"])
    return f"按{text}抽取住户（1表示全部住户），模拟{run.summary['persons']:,}人"


def _draws(behind: Counted) -> str:
    if behind.draws:
        return f"{behind.draws}组，共{behind.runs}次模拟"
    return f"仅中心参数（第0组），共{behind.runs}次模拟"


def _several(numbers: Sequence[int]) -> str:
    """`3`, `1:20` where they follow one another, or each of them."""
    if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}:{numbers[-1]}"
    return "、".join(map(str, numbers))


def rerun(runs: Sequence[StoredRun]) -> str:
    """The command that makes these runs again; of a set that no one command makes, one line a run."""
    name, *settings = runs[0].key[0].split("@")
    changed = "".join(f" --set {setting}" for setting in settings)
    scales, draws, seeds = (
        sorted(set(values))
        for values in (
            [run.summary["scale"] for run in runs],
            [run.draw for run in runs],
            [run.key[2] for run in runs],
        )
    )
    whole = len(runs) == len(draws) * len(seeds) and len(scales) == 1
    spans = _several(draws), _several(seeds)
    if whole and not any("、" in span for span in spans):
        draw, seed = (
            f"--{word}s {span}" if ":" in span else f"--{word} {span}"
            for word, span in zip(("draw", "seed"), spans, strict=True)
        )
        return f"urbsim run {name}{changed} --scale {scale_text(scales[0])} {draw} {seed}"
    return "\n".join(
        f"urbsim run {name}{changed} --scale {scale_text(run.summary['scale'])} --draw {run.draw} --seed {run.key[2]}"
        for run in runs
    )
