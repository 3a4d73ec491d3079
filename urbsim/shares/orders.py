"""Orders in which players come, drawn by keyed random numbers: the same for the same draw, seed and players (W5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from urbsim.compute.randomness import draw64_array, process_code, stream_key

Order = tuple[str, ...]


def orders(blocks: Sequence[Sequence[str]], draw: int, seed: int, number: int) -> list[Order]:
    """So many orders (an even number) of the players, in pairs: the second of a pair is the first turned round.

    Players of a block stand together; blocks, and players in a block, come in any order with equal chances.
    draw, seed: of the run, so that every run has orders of its own. More orders add to fewer.
    """
    found: list[Order] = []
    for pair in range(number // 2):
        key = stream_key(seed, f"order of coalitions, draw {draw}", pair)
        shuffled = _shuffled(["|".join(block) for block in blocks], key)
        by_name = {"|".join(block): block for block in blocks}
        order = tuple(player for name in shuffled for player in _shuffled(by_name[name], key))
        found += [order, order[::-1]]
    return found


def _shuffled(names: Sequence[str], key: np.uint64) -> list[str]:
    """Names by a random number each, which follows from the name."""
    luck = draw64_array(np.array([process_code(name) for name in names], dtype=np.uint64), key)
    return [name for _, name in sorted(zip(luck.tolist(), names, strict=True))]
