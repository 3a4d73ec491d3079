"""Runs that were changed or damaged after they were written: exit code 2 with file and key, and no page."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from invented_runs import make_run, seal_again
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.results import reached as touched
from urbsim.results.reached import Table
from urbsim.results.seal import INDICATORS, MOVERS, RECORD, SUMMARY, TOUCHED

Damage = Callable[[Path], None]
T1 = ("targets", 0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole invented run."""
    folder = make_run(tmp_path_factory.mktemp("sound"), "plan", scale=0.0005)
    record = Table(
        *(np.array([value], kind) for value, kind in ((7, "u8"), (-1, "i2"), (0, "i4"), (256, "i2")))
    )
    touched.write(record, 0.0005, folder / TOUCHED)
    seal_again(folder)
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "runs" / "plan" / sound.name))


def put(name: str, path: tuple[str | int, ...], value: Any) -> Damage:
    """Sets one value of a record by hand; `...` takes the key away."""

    def damage(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        content = here = json.loads(text) if name == SUMMARY else yaml.safe_load(text)
        for step in path[:-1]:
            here = here[step]
        if value is ...:
            del here[path[-1]]
        else:
            here[path[-1]] = value(here[path[-1]]) if callable(value) else value
        text = json.dumps(content) if name == SUMMARY else yaml.safe_dump(content, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")

    return damage


def write(name: str, content: bytes) -> Damage:
    """Puts other bytes into a file."""

    def damage(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return damage


def cut(name: str, share: float = 0.5) -> Damage:
    """Keeps the first bytes of a file, as after a disk that was full."""

    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(share * len(content))])

    return damage


def flip(name: str) -> Damage:
    """Turns one bit in the middle of the pages."""

    def damage(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 3] ^= 1
        (folder / name).write_bytes(bytes(content))

    return damage


def table(name: str, change: Callable[[pa.Table], pa.Table], checksums: bool = True) -> Damage:
    """Writes a table anew, with other content."""

    def damage(folder: Path) -> None:
        changed = change(pq.read_table(folder / name))
        pq.write_table(changed, folder / name, write_page_checksum=checksums)

    return damage


def with_column(column: str, change: Callable[[np.ndarray], Any]) -> Callable[[pa.Table], pa.Table]:
    def changed(given: pa.Table) -> pa.Table:
        values = change(np.array(given[column].to_pylist(), dtype=object))
        return given.set_column(given.schema.get_field_index(column), column, pa.array(list(values)))

    return changed


def first_row(value: Any) -> Callable[[np.ndarray], np.ndarray]:
    return lambda values: np.concatenate([np.array([value], dtype=object), values[1:]])


def urban_share_raised(given: pa.Table) -> pa.Table:
    """The province's share of urban residents is 0.05 higher in every month."""
    frame = given.to_pandas()
    mine = (frame["indicator"] == "urbanisation_rate") & (frame["place"] == "450000")
    frame.loc[mine, "value"] += 0.05
    return pa.Table.from_pandas(frame, preserve_index=False)


UNSEALED: dict[str, tuple[Damage, str, str]] = {
    # Somebody changed a file by hand: what was damaged, and file and key that the message names.
    "an indicator raised": (table(INDICATORS, urban_share_raised), INDICATORS, "files.indicators.parquet"),
    "a mover more": (
        table(MOVERS, with_column("count", first_row(9e9))),
        MOVERS,
        "files.movers.parquet",
    ),
    "movers truncated": (cut(MOVERS), MOVERS, "files.movers.parquet"),
    "movers emptied": (cut(MOVERS, 0.0), MOVERS, "files.movers.parquet"),
    "who was reached truncated": (cut(TOUCHED), TOUCHED, "files.touched.parquet"),
    "indicators with a bit turned": (flip(INDICATORS), INDICATORS, "files.indicators.parquet"),
    "who was reached removed": (lambda f: (f / TOUCHED).unlink(), TOUCHED, "files.touched.parquet"),
    "a value edited": (put(SUMMARY, (*T1, "value"), 0.6), SUMMARY, "targets[0].value"),
    "a verdict edited": (put(SUMMARY, (*T1, "met"), lambda met: not met), SUMMARY, "targets[0].met"),
    "a strict verdict edited": (
        put(SUMMARY, (*T1, "met_strict"), lambda met: not met),
        SUMMARY,
        "targets[0].met_strict",
    ),
    "a threshold lowered": (
        put(SUMMARY, (*T1, "threshold"), lambda threshold: threshold - 1e-6), SUMMARY, "files.summary.json",
    ),
    "a target dropped": (put(SUMMARY, ("targets",), []), SUMMARY, "files.summary.json"),
    "fewer persons": (put(SUMMARY, ("persons",), 7), SUMMARY, "files.summary.json"),
    "another seed": (put(SUMMARY, ("seed",), 2), SUMMARY, "seed"),
    "another name": (put(SUMMARY, ("scenario",), "no_plan"), SUMMARY, "scenario"),
    "another fingerprint": (put(SUMMARY, ("fingerprint",), "0" * 64), SUMMARY, "fingerprint"),
    "another title": (put(RECORD, ("scenario", "title", "en"), "x"), RECORD, "files.run.yaml"),
    "other digests": (put(RECORD, ("digests", "code"), "0" * 64), RECORD, "files.run.yaml"),
    "a hash changed": (put(SUMMARY, ("files", MOVERS), "0" * 64), MOVERS, "files.movers.parquet"),
    "its own hash removed": (put(SUMMARY, ("files", SUMMARY), ...), SUMMARY, "files.summary.json"),
    "a hash removed": (put(SUMMARY, ("files", TOUCHED), ...), SUMMARY, "files.touched.parquet"),
    "summary truncated": (cut(SUMMARY), f"{SUMMARY}:", "JSON"),
    "summary emptied": (cut(SUMMARY, 0.0), f"{SUMMARY}:1:1", "JSON"),
    "record truncated": (cut(RECORD, 0.3), RECORD, "is missing"),
    "record emptied": (cut(RECORD, 0.0), RECORD, "empty"),
    "record of an earlier version": (put(RECORD, ("digests",), ...), RECORD, "digests: is missing: an earlier"),
    "summary of an earlier version": (put(SUMMARY, ("files",), ...), SUMMARY, "files: is missing: an earlier"),
    "JSON nested a hundred thousand times": (write(SUMMARY, b'{"files": ' + b"[" * 100_000), SUMMARY, "deeper"),
    "JSON nested and closed": (
        write(SUMMARY, b'{"files": ' + b"[" * 40_000 + b"]" * 40_000 + b"}"),
        SUMMARY,
        "deeper",
    ),
    "a number of ten thousand digits": (
        write(SUMMARY, b'{"files": {}, "seed": ' + b"9" * 10_000 + b"}"),
        SUMMARY,
        "seed",
    ),
    "no mapping": (write(SUMMARY, b"[1, 2]"), SUMMARY, "mapping"),
    "no UTF-8": (write(SUMMARY, b'{"scenario": "\xff"}'), SUMMARY, "UTF-8"),
    "an alias": (write(RECORD, b"a: &x 1\nb: *x\n"), f"{RECORD}:1:4", "anchor"),
}  # fmt: skip

SEALED: dict[str, tuple[Damage, str, str]] = {
    # The hashes agree, as if a run had written it so: the form and the sense of what stands there must do.
    "seed a text": (put(SUMMARY, ("seed",), "1"), SUMMARY, "seed"),
    "seed negative": (put(SUMMARY, ("seed",), -1), SUMMARY, "seed"),
    "seed huge": (put(SUMMARY, ("seed",), 10**17), SUMMARY, "seed"),
    "seed with a fraction": (put(SUMMARY, ("seed",), 1.5), SUMMARY, "seed"),
    "draw true": (put(SUMMARY, ("draw",), True), SUMMARY, "draw"),
    "draw missing": (put(SUMMARY, ("draw",), ...), SUMMARY, "draw"),
    "scale zero": (put(SUMMARY, ("scale",), 0), SUMMARY, "scale"),
    "scale not a number": (put(SUMMARY, ("scale",), float("nan")), SUMMARY, "scale"),
    "scale infinite": (put(SUMMARY, ("scale",), float("inf")), SUMMARY, "scale"),
    "months negative": (put(SUMMARY, ("months",), -3), SUMMARY, "months"),
    "months too many": (put(SUMMARY, ("months",), 40), INDICATORS, "month"),
    "persons nothing": (put(SUMMARY, ("persons",), None), SUMMARY, "persons"),
    "time negative": (put(SUMMARY, ("wall_seconds",), -1.0), SUMMARY, "wall_seconds"),
    "memory a text": (put(SUMMARY, ("peak_bytes",), "much"), SUMMARY, "peak_bytes"),
    "fingerprint short": (put(SUMMARY, ("fingerprint",), "abc"), SUMMARY, "fingerprint"),
    "targets a mapping": (put(SUMMARY, ("targets",), {}), SUMMARY, "targets"),
    "target a number": (put(SUMMARY, ("targets",), [1]), SUMMARY, "targets[0]"),
    "value a text": (put(SUMMARY, (*T1, "value"), "0.57"), SUMMARY, "targets[0].value"),
    "value not a number": (put(SUMMARY, (*T1, "value"), float("nan")), SUMMARY, "targets[0].value"),
    "value huge": (put(SUMMARY, (*T1, "value"), 1e308), SUMMARY, "targets[0].value"),
    "value missing": (put(SUMMARY, (*T1, "value"), ...), SUMMARY, "targets[0].value"),
    "verdict a text": (put(SUMMARY, (*T1, "met"), "yes"), SUMMARY, "targets[0].met"),
    "no such month": (put(SUMMARY, (*T1, "to"), "2023-13"), SUMMARY, "targets[0].to"),
    "months far away": (put(SUMMARY, (*T1, "from"), "1900-01"), SUMMARY, "files"),
    "no such place": (put(SUMMARY, (*T1, "place"), 990000), SUMMARY, "targets[0].place"),
    "tolerance negative": (put(SUMMARY, (*T1, "tolerance"), -1), SUMMARY, "targets[0].tolerance"),
    "no such operator": (put(SUMMARY, (*T1, "operator"), "="), SUMMARY, "targets[0].operator"),
    "files a list": (put(SUMMARY, ("files",), []), SUMMARY, "files"),
    "weight zero": (put(RECORD, ("weight",), 0), f"{RECORD}:", "weight"),
    "weight missing": (put(RECORD, ("weight",), ...), RECORD, "weight"),
    "digests a text": (put(RECORD, ("digests",), "all"), RECORD, "digests"),
    "digest missing": (put(RECORD, ("digests", "facts"), ...), RECORD, "digests.facts"),
    "population a text": (put(RECORD, ("population",), "all"), RECORD, "population"),
    "array no digest": (put(RECORD, ("population", "words"), "?"), RECORD, "population.words"),
    "coverage above all": (put(RECORD, ("t2_coverage", "used"), 7), RECORD, "t2_coverage.used"),
    "status negative": (put(RECORD, ("parameters_by_status", "fitted"), -1), RECORD, "parameters_by_status.fitted"),
    "levers a list": (put(RECORD, ("scenario", "levers"), [1]), RECORD, "scenario.levers"),
    "no such lever": (put(RECORD, ("scenario", "levers"), {"magic": {}}), RECORD, "scenario.levers.magic"),
    "no such last month": (put(RECORD, ("scenario", "until"), "soon"), RECORD, "scenario.until"),
    "title a number": (put(RECORD, ("scenario", "title"), 5), RECORD, "scenario.title"),
    "version a list": (put(RECORD, ("versions",), ["1"]), RECORD, "versions"),
    "an indicator raised": (table(INDICATORS, urban_share_raised), SUMMARY, "targets[0].value"),
    "indicators truncated": (cut(INDICATORS), INDICATORS, "damaged"),
    "a bit of a page turned": (flip(INDICATORS), INDICATORS, "damaged"),
    "no Parquet": (write(MOVERS, b"PAR1 nothing PAR1"), MOVERS, "damaged"),
    "no values": (table(INDICATORS, lambda t: t.drop_columns(["value"])), INDICATORS, "value"),
    "values of text": (table(INDICATORS, with_column("value", lambda v: v.astype(str))), INDICATORS, "value"),
    "a value not a number": (
        table(INDICATORS, with_column("value", first_row(float("nan")))), INDICATORS, "value",
    ),
    "months of text": (table(INDICATORS, with_column("month", lambda v: v.astype(str))), INDICATORS, "month"),
    "rows twice": (table(INDICATORS, lambda t: pa.concat_tables([t, t])), INDICATORS, "value"),
    "no rows": (table(INDICATORS, lambda t: t.slice(0, 0)), INDICATORS, "no rows"),
    "a month missing": (
        table(INDICATORS, lambda t: t.filter(pa.array([m.month != 5 for m in t["month"].to_pylist()]))),
        INDICATORS, "month",
    ),
    "movers from nowhere": (table(MOVERS, with_column("origin", first_row("450199U"))), MOVERS, "origin"),
    "movers less than none": (table(MOVERS, with_column("count", first_row(-5.0))), MOVERS, "count"),
    "movers without ages": (table(MOVERS, lambda t: t.drop_columns(["age_group"])), MOVERS, "age_group"),
}  # fmt: skip


def refused(folder: Path, tmp_path: Path, file: str, key: str) -> None:
    """The report says what and where in plain lines, and leaves nothing."""
    result = CliRunner().invoke(
        app, ["report", str(folder.parent.parent), "--out", str(tmp_path / "page.html")]
    )
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert any(str(folder / file) in line and key in line for line in lines), result.stderr
    assert all(line.startswith(str(folder)) for line in lines), result.stderr
    assert "pydantic" not in result.stderr and "Error" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


@pytest.mark.parametrize(("damage", "file", "key"), UNSEALED.values(), ids=UNSEALED)
def test_what_was_changed_by_hand_is_refused(
    folder: Path, tmp_path: Path, damage: Damage, file: str, key: str
):
    damage(folder)
    refused(folder, tmp_path, file, key)


@pytest.mark.parametrize(("damage", "file", "key"), SEALED.values(), ids=SEALED)
def test_what_has_no_form_or_sense_is_refused(
    folder: Path, tmp_path: Path, damage: Damage, file: str, key: str
):
    damage(folder)
    if key != "files":
        seal_again(folder)
    refused(folder, tmp_path, file, key)


@pytest.mark.parametrize(
    "damage",
    [
        table(TOUCHED, lambda t: t.drop_columns(["person"])),
        table(TOUCHED, lambda t: t.replace_schema_metadata({})),
        table(TOUCHED, with_column("lever", first_row("wishes"))),
        table(TOUCHED, with_column("outcome", first_row(3.5))),
        cut(TOUCHED),
    ],
    ids=["no persons", "no metadata", "no such lever", "outcomes with a fraction", "truncated"],
)
def test_a_damaged_record_of_persons_is_refused_when_it_is_needed(
    folder: Path, tmp_path: Path, damage: Damage
):
    other = make_run(tmp_path / "runs", "no_plan", scale=0.0005, luck=9)
    shutil.copy(folder / TOUCHED, other / TOUCHED)
    seal_again(other)
    damage(folder)
    seal_again(folder)
    refused(folder, tmp_path, TOUCHED, "")


def test_every_problem_of_a_folder_is_named_at_once(folder: Path, tmp_path: Path):
    put(SUMMARY, ("seed",), -1)(folder)
    put(RECORD, ("weight",), "heavy")(folder)
    for file, key in ((SUMMARY, "seed"), (RECORD, "weight")):
        refused(folder, tmp_path, file, key)


def test_the_place_of_a_mistake_is_given_by_line_and_column(folder: Path, tmp_path: Path):
    put(SUMMARY, ("seed",), "one")(folder)
    text = (folder / SUMMARY).read_text(encoding="utf-8")
    column = text.index('"one"') + 1
    refused(folder, tmp_path, f"{SUMMARY}:1:{column}: seed", "must be a whole number")


def test_a_whole_run_is_believed(folder: Path, tmp_path: Path):
    result = CliRunner().invoke(
        app, ["report", str(folder), "--lang", "en", "--out", str(tmp_path / "page.html")]
    )
    assert result.exit_code == 0, result.stderr
