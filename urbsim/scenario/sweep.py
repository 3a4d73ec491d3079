"""What a batch's `sweep` makes of a scenario: one scenario for each combination of values, named after them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError

from urbsim.errors import InputError, Problem
from urbsim.scenario.batches import sweep_steps, with_setting
from urbsim.scenario.schema import Batch, Bilingual, Interval, Scenario, Sweep

MAX_NAME = 200
"""Characters of a swept scenario's name, which is the name of a folder."""

Settings = Mapping[str, int | float | str]


def swept_scenarios(batch: Batch) -> list[tuple[Scenario, Scenario, Settings]]:
    """Every scenario that the batch runs, with the scenario it was made from and the settings that were changed.

    Without a sweep these are the batch's own scenarios. Raises InputError where values do not go together.
    """
    found, problems = [], []
    for settings in _combinations(batch):
        for scenario in batch.loaded:
            try:
                changed = with_settings(scenario, settings)
            except ValidationError as error:
                said = "; ".join(str(one["msg"]) for one in error.errors())
                problems.append(Problem(f"{swept_name(scenario.name, settings)}: {said}", key="sweep"))
                continue
            if len(changed.name) > MAX_NAME:
                message = f"makes a name of {len(changed.name)} characters: {changed.name}"
                problems.append(Problem(message, key="sweep", allowed=f"at most {MAX_NAME}"))
            found.append((changed, scenario, settings))
    if problems:
        raise InputError(problems)
    return found


def with_settings(scenario: Scenario, settings: Settings) -> Scenario:
    """The scenario with these settings, under a name and a title that say them. Raises pydantic's ValidationError."""
    if not settings:
        return scenario
    changed = scenario
    for path, value in settings.items():
        changed = with_setting(changed, sweep_steps(path), value)
    said = ", ".join(f"{path} = {value_text(value)}" for path, value in settings.items())
    title = Bilingual(en=f"{scenario.title.en} ({said})", zh=f"{scenario.title.zh}（{said}）")
    renamed = changed.model_copy(update={"name": swept_name(scenario.name, settings), "title": title})
    renamed._files, renamed._judged_by = scenario.files, scenario.judged_by
    return renamed


def swept_name(name: str, settings: Settings) -> str:
    """`NAME@path=value`, once for each setting."""
    return name + "".join(f"@{path}={value_text(value)}" for path, value in settings.items())


def value_text(value: int | float | str) -> str:
    """The shortest text of a value; a whole number has no point."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _combinations(batch: Batch) -> Iterator[Settings]:
    axes = {path: _values(sweep) for path, sweep in batch.sweep.items()}
    for values in itertools.product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def _values(sweep: Sweep) -> Sequence[int | float | str]:
    if not isinstance(sweep, Interval):
        return sweep
    return [sweep.from_ + (sweep.to - sweep.from_) * share for share in spread(sweep.samples)]


def spread(samples: int) -> list[float]:
    """Shares of an interval: both ends, its middle, the middles of the halves, and so on.

    More samples add to fewer, so that a batch can grow; 3, 5, 9, 17 and so on are evenly apart.
    """
    shares = [0.0, 1.0]
    for k in range(1, samples - 1):
        share, step = 0.0, 0.5
        while k:
            share, step, k = share + step * (k & 1), step / 2, k >> 1
        shares.append(share)
    return shares[:samples]
