"""The files of a batch: what was asked, a row for every run, and what they say together.

`batch.yaml`, `runs.parquet` and `verdicts.json` are made from the run folders, which stay the only truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbsim.batch import failures
from urbsim.batch.members import Member, Plan
from urbsim.batch.precision import reached
from urbsim.batch.prices import prices
from urbsim.batch.status import standing
from urbsim.batch.variance import METHOD
from urbsim.batch.variants import groups
from urbsim.batch.verdicts import Judged, verdict
from urbsim.errors import InputError
from urbsim.facts.parameters import load_parameters
from urbsim.files import strict_yaml
from urbsim.results import store
from urbsim.results.digests import code_digest, facts_digest, libraries_digest
from urbsim.results.fit_stamp import OFF_THE_FIT, fit_stamp

if TYPE_CHECKING:
    import pandas as pd

ASKED, RUNS, VERDICTS = "batch.yaml", "runs.parquet", "verdicts.json"


def write_asked(plan: Plan, out: Path, protocol: Mapping[str, Any] | None, done: int) -> None:
    """batch.yaml: the batch as it was asked for, and the digests of what its runs follow from. Raises OSError.

    protocol: name, version and digest of the protocol of calibration in force, or None. It stays what it was when the
    first of the `done` runs was made: a batch cannot come under a later protocol without being made anew.
    """
    if done:
        protocol = recorded_protocol(out)
    digests = {"facts": facts_digest(), "code": code_digest(), "libraries": libraries_digest()}
    scenarios = {variation.scenario.name: variation.digest for variation in plan.variations}
    content = {
        **plan.asked,
        "runs": len(plan),
        "urbsim": store.version("urbsim"),
        "digests": digests,
        "scenario_digests": scenarios,
        "protocol": None if protocol is None else dict(protocol),
    }
    with store.whole_file(out / ASKED) as temporary:
        store.write_yaml(content, temporary)


def recorded_protocol(out: Path) -> Mapping[str, Any] | None:
    """The protocol that batch.yaml names, or None."""
    try:
        found = strict_yaml.load(out / ASKED).value.get("protocol")
    except InputError:
        return None
    return found if isinstance(found, dict) else None


def write_results(plan: Plan, out: Path) -> dict[str, Any]:
    """runs.parquet and verdicts.json, from what stands in the run folders. Returns what verdicts.json holds.

    Raises OSError.
    """
    import pandas as pd

    content, rows = gathered(plan, out)
    frame = _typed(pd.DataFrame(rows))
    with store.whole_file(out / RUNS) as temporary:
        store.write_table(frame, temporary)
    with store.whole_file(out / VERDICTS) as temporary:
        store.write_json(content, temporary)
    return content


def gathered(plan: Plan, out: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What verdicts.json holds, and the rows of runs.parquet; nothing is written."""
    judged: dict[str, dict[str, list[Judged]]] = {v.scenario.name: {} for v in plan.variations}
    summaries: dict[str, dict[tuple[int, int], dict[str, Any]]] = {name: {} for name in judged}
    rows = []
    for member, row, summary in _rows(plan, out):
        name = member.scenario.name
        if summary is not None:
            summaries[name][member.draw, member.seed] = summary
        for target in summary["targets"] if summary is not None else ():
            one = Judged(member.draw, member.seed, target, name)
            judged[name].setdefault(target["id"], []).append(one)
            row |= {target["id"]: target["value"], f"{target['id']}_met": target["met"]}
        rows.append(row)
    done = sum(row["status"] == "done" for row in rows)
    content = {
        "batch": plan.name,
        "scale": plan.scale,
        "baseline": plan.baseline,
        "draws_from": _draws_from(plan),
        "runs": len(rows),
        "done": done,
        "failed": sum(row["status"] == "failed" for row in rows),
        "precision": reached(plan, judged, done == len(rows)),
        "variance_shares_by": METHOD,
        "verdicts": [
            {**group.described(), "target": verdict(entries)}
            for group in groups(plan.variations)
            for entries in group.joined(judged)
        ],
        "prices": prices(plan, summaries),
    }
    return content, rows


def _draws_from(plan: Plan) -> str:
    """`priors`, `fitted`, or `off the fit` if that is so of any scenario's central draw."""
    scenarios = [variation.scenario for variation in plan.variations]
    central = {base: load_parameters(0, base=base) for base in {each.base for each in scenarios}}
    stamps = {fit_stamp(each, central[each.base])["status"] for each in scenarios}
    return stamps.pop() if len(stamps) == 1 else OFF_THE_FIT


def _rows(plan: Plan, out: Path) -> Iterator[tuple[Member, dict[str, Any], dict[str, Any] | None]]:
    """Every run with its row, and its summary where it is done."""
    variations = {variation.scenario.name: variation for variation in plan.variations}
    for member in plan.members():
        found = standing(member, out)
        failure = None if found.state == "done" else failures.read(member, out)
        summary = found.summary or {}
        variation = variations[member.scenario.name]
        row = {
            "scenario": member.scenario.name,
            "origin": variation.origin,
            "settings": json.dumps(dict(variation.settings)),
            "draw": member.draw,
            "seed": member.seed,
            "scale": member.scale,
            "status": "failed" if failure else found.state,
            "reason": failure.reason if failure else found.why or None,
            "traceback": failure.traceback if failure else None,
            "fingerprint": summary.get("fingerprint"),
            "input_digest": member.input_digest,
            **{f"{name}_digest": digest for name, digest in member.digests.items()},
            "wall_seconds": summary.get("wall_seconds"),
            "peak_bytes": summary.get("peak_bytes"),
            "persons": summary.get("persons"),
        }
        for target in member.scenario.judged_by:
            row |= {target.id: None, f"{target.id}_met": None}
        yield member, row, found.summary


_TEXT = ("reason", "traceback", "fingerprint")
_NUMBERS = ("wall_seconds", "peak_bytes", "persons")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The same types of columns whatever is done: texts, numbers and truth values may be missing."""
    kinds = dict.fromkeys(_TEXT, "string") | dict.fromkeys(_NUMBERS, "float64")
    columns = list(frame.columns)
    for column in columns[columns.index("persons") + 1 :]:
        kinds[column] = "boolean" if column.endswith("_met") else "float64"
    return frame.astype(kinds)
