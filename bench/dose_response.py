"""What each lever adds at 0, half, the plan's and double its dose: `python -m bench.dose_response`.

Prints one table: differences from `no_plan` in T1 (points) and T2 (thousand jobs), from runs paired by seed, first for
the four levers with all their doses, then dose by dose. Runs at scale 0.01 some forty times (ten minutes on two
cores); `python -m bench.dose_response 0.005 1 2` runs at scale 0.005 and averages over the seeds 1 and 2.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from urbsim.facts.parameters import load_parameters
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Dose, Frozen, Levers, Office, Scenario, SettlementLevers
from urbsim.simulation.foreground import run_scenario

FACTORS = (0.0, 0.5, 1.0, 2.0)
GROUPS = ("housing", "schooling", "employment")


def scaled(doses: Frozen, factor: float, only: str | None = None) -> Any:
    """The doses of a group times a factor; `only`: one of them, the others left out."""
    new = {}
    for name in type(doses).model_fields:
        dose = getattr(doses, name)
        if isinstance(dose, Dose) and only in (None, name):
            new[name] = dose.model_copy(update={"total": dose.total * factor})
    return type(doses)(**new)


def office(plan: Office, factor: float) -> Office:
    """So much of the way from the offices before the plan to the plan's: in awareness, and in permits a month."""
    p = load_parameters(0)
    before = p["awareness_before"], 1 / p["processing_months_before"]
    aware, speed = (
        b + factor * (target - b)
        for b, target in zip(before, (plan.awareness, 1 / plan.processing_months), strict=True)
    )
    return plan.model_copy(update={"awareness": min(aware, 1.0), "processing_months": 1 / speed})


def doses(plan: Levers) -> Iterator[tuple[str, list[Levers]]]:
    """(name, levers at each factor) for the four levers, then for each dose alone."""
    if plan.settlement.office is not None:
        offices = [office(plan.settlement.office, factor) for factor in FACTORS]
        yield "settlement", [Levers(settlement=SettlementLevers(office=o)) for o in offices]
    for group in GROUPS:
        yield group, [Levers(**{group: scaled(getattr(plan, group), factor)}) for factor in FACTORS]
    for group in GROUPS:
        part = getattr(plan, group)
        for name in type(part).model_fields:
            if getattr(part, name) is not None:
                yield name, [Levers(**{group: scaled(part, factor, name)}) for factor in FACTORS]


def verdicts(scenario: Scenario, levers: Levers, scale: float, seed: int) -> tuple[float, float]:
    """T1 in per cent and T2 in thousands under other levers."""
    run = run_scenario(scenario.model_copy(update={"levers": levers}), scale=scale, seed=seed)
    t1, t2 = (float(target["value"]) for target in run.summary["targets"])
    return 100 * t1, t2 / 1000


def main() -> None:
    """Prints the table, line by line as runs end."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.01
    seeds = [int(seed) for seed in sys.argv[2:]] or [1]
    no_plan = load_scenario("no_plan")
    without = {seed: verdicts(no_plan, Levers(), scale, seed) for seed in seeds}
    for seed, (t1, t2) in without.items():
        print(f"no_plan, seed {seed}, scale {scale}: T1 {t1:.3f}%, T2 {t2:.1f} thousand", flush=True)
    heads = [f"{target} x{factor:g}" for target in ("T1", "T2") for factor in FACTORS]
    print("| lever | " + " | ".join(heads) + " |\n|---" + "|---:" * len(heads) + "|", flush=True)
    for name, levels in doses(load_scenario("baseline").levers):
        means = []
        for levers in levels:
            runs = {seed: verdicts(no_plan, levers, scale, seed) for seed in seeds}
            means.append([sum(runs[s][k] - without[s][k] for s in seeds) / len(seeds) for k in (0, 1)])
        cells = [f"{mean[0]:+.3f}" for mean in means] + [f"{mean[1]:+.1f}" for mean in means]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
