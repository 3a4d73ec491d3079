"""One way, one size, in a process of its own: `python -m bench.simple_work kernels 1000000 [THREADS]` prints JSON."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict
from importlib.metadata import version

from urbsim.compute.profiling import peak_bytes

_LIBRARY = {"kernels": "numba", "numpy": "numpy", "mesa": "mesa", "starsim": "starsim"}
_SMALL = 5000


def main(way: str, n: int, *threads: int) -> None:
    """Runs small first, so that compilation and imports count neither as time nor as memory of the persons."""
    run = importlib.import_module(f"bench.simple_work.with_{way}").run
    run(_SMALL, *threads)
    before = peak_bytes()
    found = asdict(run(n, *threads))
    found |= {"bytes": peak_bytes() - before, "version": version(_LIBRARY[way])}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], *(int(float(number)) for number in sys.argv[2:]))
