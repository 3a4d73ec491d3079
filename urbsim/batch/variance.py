"""Where the spread of a target comes from: parameters, seeds, variants of behaviour.

A balanced design has one run for each draw, seed and variant. Each of the three is taken as a factor whose levels are
a sample of many. Analysis of variance splits the sum of squares into main effects and interactions; variance
components follow by setting mean squares equal to their expectations (Searle, Casella and McCulloch, Variance
Components, ch. 4). For each set U of factors, with sizes n,

    E[MS_U] = sum over V containing U of (product of n_i over i not in V) * s2_V.

An estimate below zero is set to zero, and said. With one run a cell the highest interaction holds what is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, product
from typing import Any

import numpy as np

FACTORS = ("parameters", "seeds", "variants")
METHOD = (
    "random-effects analysis of variance of a balanced design (draws x seeds x variants, one run each); "
    "components from mean squares, estimates below zero set to zero; shares of the sum of components"
)

Cell = tuple[int, int, str]
"""Draw, seed and variant."""


def variance_shares(values: Mapping[Cell, float]) -> dict[str, Any]:
    """Shares of the variance of these runs that parameters, seeds and variants make, and their interactions.

    None for a factor with one level; all None, with a reason, where the design cannot tell or runs are all equal.
    """
    axes, kept = _balanced(values)
    sizes: dict[str, int] = dict(zip(FACTORS, map(len, axes), strict=True))
    factors = [name for name in FACTORS if sizes[name] > 1]
    found: dict[str, Any] = {name: None for name in (*FACTORS, "interactions")}
    found |= {"set_to_zero": [], "runs": len(kept), "no_shares_because": None}
    if len(factors) < 2:
        there = ", ".join(f"{sizes[name]} {_LEVELS[name]}" for name in FACTORS)
        return found | {"no_shares_because": f"{there}: two of them have to be several, in all combinations"}
    shape = [sizes[name] for name in factors]
    table = np.array([kept[cell] for cell in product(*axes)], dtype=np.float64).reshape(shape)
    components = variance_components(table)
    below = [set_ for set_, component in components.items() if component < 0]
    total = float(np.sum([max(component, 0.0) for component in components.values()]))
    if total == 0:
        return found | {"no_shares_because": "the runs are all equal"}
    for k, name in enumerate(factors):
        found[name] = max(components[(k,)], 0.0) / total
    mixed = [max(component, 0.0) for set_, component in components.items() if len(set_) > 1]
    found["interactions"] = float(np.sum(mixed)) / total
    found["set_to_zero"] = [" x ".join(factors[k] for k in set_) for set_ in below]
    return found


_LEVELS = {"parameters": "draw(s)", "seeds": "seed(s)", "variants": "variant(s)"}


def variance_components(table: np.ndarray) -> dict[tuple[int, ...], float]:
    """Axes of a table with one value a cell -> variance component of their effect, which may be below zero.

    table: two axes or more, each of two levels or more.
    """
    axes = range(table.ndim)
    sets = [chosen for size in range(table.ndim + 1) for chosen in combinations(axes, size)]
    effects: dict[tuple[int, ...], np.ndarray] = {}
    for chosen in sets:
        others = tuple(k for k in axes if k not in chosen)
        effect = table.mean(axis=others, keepdims=True)
        for inner in (each for each in sets if set(each) < set(chosen)):
            effect = effect - effects[inner]
        effects[chosen] = effect
    components: dict[tuple[int, ...], float] = {}
    for chosen in reversed(sets[1:]):
        repeats = _product(table.shape[k] for k in axes if k not in chosen)
        freedom = _product(table.shape[k] - 1 for k in chosen)
        left = repeats * float(np.square(effects[chosen]).sum()) / freedom
        for outer in (each for each in components if set(chosen) < set(each)):
            left -= _product(table.shape[k] for k in axes if k not in outer) * components[outer]
        components[chosen] = left / repeats
    return components


def _product(numbers: Any) -> int:
    return int(np.prod(list(numbers), dtype=np.int64))


def _balanced(values: Mapping[Cell, float]) -> tuple[list[list[Any]], dict[Cell, float]]:
    """Levels of the three factors, and the cells of the draws that lack no run."""
    draws, seeds, variants = (sorted({cell[k] for cell in values}) for k in range(3))
    whole = [d for d in draws if all((d, s, v) in values for s, v in product(seeds, variants))]
    kept = {cell: value for cell, value in values.items() if cell[0] in set(whole)}
    return [whole, seeds, variants], kept
