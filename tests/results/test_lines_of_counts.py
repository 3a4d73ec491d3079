"""Lines of counts are the text that Python's own formatting gives."""

import numpy as np

from urbsim.results.lines_of_counts import Writer


def test_lines_are_what_formatting_gives():
    dice = np.random.default_rng(3)
    keys = [f"{450000 + k},{'x' * int(dice.integers(0, 40))}," for k in range(500)]
    counts = dice.integers(-(10**6), 10**6, 500) // 10 ** dice.integers(0, 7, 500)
    counts[:6] = 0, 9, 10, -1, np.iinfo(np.int64).max, -np.iinfo(np.int64).max
    found = Writer(keys).lines("2020-11-30,", counts)
    assert found.decode() == "".join(
        f"2020-11-30,{key}{count}\n" for key, count in zip(keys, counts, strict=True)
    )


def test_no_keys_give_no_lines():
    assert Writer([]).lines("2020-11-30,", np.empty(0, np.int64)) == b""
