"""The runs that an emulator learns from: a batch whose worlds are not the same for every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from urbsim.batch.members import Plan, Variation
from urbsim.emulator.answer import Setting
from urbsim.explore import design
from urbsim.explore.sliders import Sliders

TRAINING, FULL_SIZE = "training", "full_size"
"""Batches in the folder of an emulator: deeper than a report looks, which would take each world for a scenario."""
RunKey = tuple[int, int]
"""Draw and seed."""


NO_SLIDERS = Setting((), ())


@dataclass(frozen=True)
class Training(Plan):
    """of_run: settings that are learnt from, by draw and seed; kept_out: those that are run with all, to be judged by;
    worlds: of each setting, with that of no dose."""

    of_run: Mapping[RunKey, tuple[Setting, ...]] = field(default_factory=dict)
    kept_out: tuple[Setting, ...] = ()
    nothing: Setting = NO_SLIDERS
    worlds: Mapping[Setting, Variation] = field(default_factory=dict)

    def settings_of(self, draw: int, seed: int) -> tuple[Setting, ...]:
        """What is run with a draw and seed, the comparison first."""
        return (self.nothing, *self.kept_out, *self.of_run[draw, seed])

    def variations_of(self, draw: int, seed: int) -> tuple[Variation, ...]:
        """The worlds that are run with a draw and seed, each once."""
        found = (self.worlds[each] for each in self.settings_of(draw, seed))
        return tuple({variation.digest: variation for variation in found}.values())

    @property
    def most_runs(self) -> int:
        """Its runs: none are added."""
        return len(self)

    def __len__(self) -> int:
        return sum(len(self.variations_of(*key)) for key in self.of_run)


def training_of(sliders: Sliders, batch: Plan, points: int, kept_out: int) -> Training:
    """The runs that are learnt from. batch: scale, draws and seeds; points: settings of each draw and seed; kept_out:
    settings to be judged by. Raises InputError where one of them cannot stand."""
    batch = replace(batch, draws=(0, *batch.draws))  # the central one is answered for, too
    keys = [(draw, seed) for seed in batch.seeds for draw in batch.draws]
    settings = design.settings(sliders, points * len(keys))
    of_run = {key: tuple(settings[k :: len(keys)]) for k, key in enumerate(keys)}
    judged_by = tuple(design.checked(sliders, kept_out))
    every = [sliders.nothing, *judged_by, *settings]
    worlds = {each: sliders.world(each) for each in dict.fromkeys(every)}
    return _plan(
        sliders, batch, TRAINING, worlds, of_run, judged_by, {"points": points, "kept_out": kept_out}
    )


def full_size_of(
    sliders: Sliders, batch: Plan, settings: Sequence[Setting], draws: tuple[int, ...]
) -> Training:
    """Settings beside the comparison at full size, to judge an emulator by."""
    judged_by = tuple(settings)
    worlds = {each: sliders.world(each) for each in (sliders.nothing, *judged_by)}
    keys: dict[RunKey, tuple[Setting, ...]] = {(draw, seed): () for draw in draws for seed in batch.seeds[:1]}
    one = replace(batch, scale=1.0, draws=draws, seeds=batch.seeds[:1])
    return _plan(sliders, one, FULL_SIZE, worlds, keys, judged_by, {"kept_out": len(judged_by)})


def _plan(
    sliders: Sliders,
    batch: Plan,
    name: str,
    worlds: Mapping[Setting, Variation],
    of_run: Mapping[RunKey, tuple[Setting, ...]],
    kept_out: tuple[Setting, ...],
    said: Mapping[str, Any],
) -> Training:
    variations = tuple({variation.digest: variation for variation in worlds.values()}.values())
    baseline = worlds[sliders.nothing].scenario.name
    asked = {
        "name": name,
        "scale": batch.scale,
        "scenarios": [variation.scenario.name for variation in variations],
        "draws": list(batch.draws),
        "seeds": list(batch.seeds),
        "baseline": baseline,
        "explore": {"scenario": sliders.scenario.name, **said},
    }
    return Training(
        asked["name"], batch.scale, variations, batch.draws, batch.seeds, baseline, asked,
        of_run=of_run, kept_out=kept_out, nothing=sliders.nothing, worlds=worlds,
    )  # fmt: skip
