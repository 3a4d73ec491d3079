"""What a person can have got from a run, what each lever gives, and who is kept as the sample of others.

Runs write it (`urbsim.levers.attribution`), reports read it (`urbsim.report.because`).
"""

from __future__ import annotations

import numpy as np

from urbsim.scenario.catalogue import CATALOGUE

DURING = (
    "took_job",
    "trained",
    "school_place",
    "public_rental",
    "rent_subsidy",
    "permit",
    "settled",
    "guaranteed_rental",
    "own_home",
)
"""What a person can have got at any time of the run, one bit each from the lowest."""
AT_END = ("lives_in_town", "urban_resident")
"""What holds for a person at the end of the run, in the bits that follow."""
BIT = {name: 1 << k for k, name in enumerate((*DURING, *AT_END))}

GIVES = {
    lever.key: lever.gives
    for lever in sorted(CATALOGUE.values(), key=lambda lever: lever.code or 0)
    if lever.gives is not None
}
"""Levers that reach persons, and what they give, in the order of their codes. Any other lever works through stocks and
prices alone."""
LEVERS = tuple(GIVES)
CODES = {key: code for key in GIVES if (code := CATALOGUE[key].code) is not None}
"""What stands for a lever in digests: given once, whatever levers come later."""
OTHERS = "others"  # in the column `lever`: no lever of the scenario reached this person


def sampled(person: np.ndarray, one_in: int, remainder: int) -> np.ndarray:
    """Which ids belong to the sample of everybody, the same in every run of a scale (ODD equation W3).

    person: (n,) uint64 ids; one_in, remainder: of the ids that leave this remainder, one in so many.
    """
    return person % np.uint64(one_in) == np.uint64(remainder)
