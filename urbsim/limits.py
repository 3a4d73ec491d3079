"""The smallest and largest settings of a run: what is allowed is what is tested to work."""

from __future__ import annotations

MIN_SCALE = 0.00001
"""Share of households: some 500 persons. With fewer a run still ends, but nothing in it has a meaning."""

MAX_SEED = 2**32 - 1
MAX_DRAWS = 100_000

LEAST_SEEDS = 5
"""Seeds from which a standard error is believed: of fewer it may be small by luck."""

PROBABILITY_NEEDS = 20
"""Parameter draws from which a probability is told, and runs from which quantiles are; never from fewer."""
