"""Where the spread of T1 and T2 comes from: `python -m bench.sensitivity --batch results/NAME`.

Prints the tables of docs/sensitivity.md from the runs of a finished batch. What it found stays in the batch's folder as
sensitivity.json; `urbsim report --with` shows it. With `--write` the tables go into the document, and the chart beside
it. Needs the extra `sensitivity`. Ends with 1 where an emulator is too poor to be asked.

    urbsim batch sensitivity
    python -m bench.sensitivity --batch results/sensitivity --write
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from urbsim.errors import InputError, Problem


def main(arguments: list[str] | None = None) -> int:
    """Analyses and prints; returns the exit code."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m bench.sensitivity", None, __doc__, formatter_class=formatter)
    parser.add_argument("--batch", type=Path, required=True, metavar="DIR", help="a finished batch")
    parser.add_argument("--write", action="store_true", help="renew docs/sensitivity.md and its chart")
    options = parser.parse_args(arguments)
    try:
        missing = [name for name in ("SALib", "sklearn") if find_spec(name) is None]
        if missing:
            message = f"{' and '.join(missing)} not installed: pip install 'urbsim[sensitivity]'"
            raise InputError([Problem(message)])
        from bench.sensitivity import indices, inputs, page, stored

        sample = inputs.load(options.batch)
        results = []
        for target in sample.targets:
            print(f"{target} ...", file=sys.stderr, flush=True)
            results.append(indices.analyse(sample, target))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(page.text(sample, results))
    stored.write(sample, results, options.batch)
    if options.write:
        page.write(sample, results)
    return int(any(result.refused for result in results))


if __name__ == "__main__":
    sys.exit(main())
