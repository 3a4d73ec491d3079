"""Stored runs as tables of DuckDB, which reads of the files what a question needs: for results larger than memory."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from urbsim.errors import InputError, Problem
from urbsim.facts import gazetteer
from urbsim.report.stored_results import Results, parts_of_counties, split_parts
from urbsim.results.loading import StoredRun
from urbsim.results.seal import DELIVERIES, FULFILMENT, INDICATORS, MOVERS, SERVICES, SPENDING, TOUCHED
from urbsim.state.outcomes import BIT

if TYPE_CHECKING:
    import duckdb

_PLACE = "place, p.place_en, p.place_zh"
_OF_PART = ("place", "place_en", "place_zh", "setting")


def _part(column: str) -> str:
    """What `Results.movers` says of a part beside its code."""
    return ", ".join(f"{column}_of.part_{name} AS {column}_{name}" for name in _OF_PART)


_FILES = {
    "indicators": INDICATORS,
    "movers": MOVERS,
    "deliveries": DELIVERIES,
    "spending": SPENDING,
    "services": SERVICES,
    "touched": TOUCHED,
}
_VIEWS = {
    "indicators": f"f.month, {_PLACE}, f.indicator, f.value FROM keyed f JOIN _places p USING (place)",
    "movers": f"f.month, f.origin, f.destination, {_part('origin')}, {_part('destination')}, f.age_group, "
    "f.sex, f.schooling, f.count FROM keyed f JOIN _parts origin_of ON f.origin = origin_of.part "
    "JOIN _parts destination_of ON f.destination = destination_of.part",
    "deliveries": f"f.lever, f.part, f.stock, f.month, {_PLACE}, f.units FROM keyed f JOIN _places p USING (place)",
    "spending": f"f.lever, f.part, f.kind, f.month, {_PLACE}, f.yuan FROM keyed f JOIN _places p USING (place)",
    "fulfilment": "f.lever, f.month, f.planned, f.due, {on_land} AS on_land, f.delivered FROM keyed f",
    "services": f"f.month, {_PLACE}, f.service, f.units, f.shared_by, f.each FROM keyed f JOIN _places p USING (place)",
    "touched": "f.person, f.lever, f.month, f.outcome, "
    + ", ".join(f"(f.outcome & {bit}) != 0 AS {name}" for name, bit in BIT.items())
    + " FROM keyed f",
}
"""What a view selects after scenario, draw and seed; `keyed` is the files with these in every row."""


class LazyResults:
    """Runs that were found and checked, whose tables stay in their files until they are asked something.

    Tables have the names and columns of those of `urbsim.load_results`, and are relations of DuckDB: filter and join
    them, or ask them in SQL, and take what comes out with `.df()`. Months are dates.
    """

    def __init__(self, stored: Sequence[StoredRun]) -> None:
        """stored: as found and checked by `urbsim.load_results`. Raises InputError where DuckDB is not installed."""
        if find_spec("duckdb") is None:
            message = "DuckDB is not installed: pip install 'urbsim[sql]'"
            raise InputError([Problem(message, key="lazy", allowed="lazy=False without it")])
        import duckdb
        import pandas as pd

        self._whole = Results(stored)
        self._con = duckdb.connect()
        self._con.execute("SET enable_progress_bar = false")
        self._missing: dict[str, list[Problem]] = {}
        parts = pd.Series(pd.Categorical(parts_of_counties()))
        places = [
            {"place": code, **{f"place_{lang}": known.name[lang] for lang in ("en", "zh")}}
            for code, known in gazetteer.places().items()
        ]
        split = {f"part_{name}": column.astype(str) for name, column in split_parts(parts).items()}
        self._keep("_places", pd.DataFrame(places))
        self._keep("_parts", pd.DataFrame({"part": parts.astype(str), **split}))
        self._keep("runs", self._whole.runs)
        self._keep("targets", self._whole.targets)
        for table, file in _FILES.items():
            self._view(table, file, stored)
        cut = [run for run in stored if (run.folder / FULFILMENT).is_file()]
        if cut:
            self._view("fulfilment", FULFILMENT, cut)
        else:
            self._keep("fulfilment", self._whole.fulfilment)

    def _keep(self, name: str, frame: Any) -> None:
        """A small table, held by DuckDB itself."""
        texts = {column: str for column in frame.columns if frame[column].dtype == "category"}
        self._con.register("_given", frame.astype(texts))
        self._con.execute(f"CREATE TABLE {name} AS SELECT * FROM _given")
        self._con.unregister("_given")

    def _view(self, table: str, file: str, stored: Sequence[StoredRun]) -> None:
        """A view of one kind of file; none where runs lack it."""
        import pandas as pd

        paths = [str(run.folder / file) for run in stored]
        lacking = [str(run.folder / file) for run in stored if not (run.folder / file).is_file()]
        if lacking:
            message = "is missing: an earlier version wrote this run"
            self._missing[table] = [Problem(message, file=path) for path in lacking]
            return
        keys = [run.key for run in stored]
        frame = pd.DataFrame(keys, columns=["scenario", "draw", "seed"]).assign(filename=paths)
        self._keep(f"_keys_of_{table}", frame)
        read = self._con.read_parquet(
            [glob.escape(path) for path in paths], filename=True, hive_partitioning=False,
            union_by_name=table == "fulfilment",
        )  # fmt: skip
        read.create_view(f"_files_of_{table}")
        columns = [name for name in read.columns if name not in ("scenario", "draw", "seed", "filename")]
        # Files of earlier versions know no land quota.
        on_land = "coalesce(f.on_land, f.due)" if "on_land" in columns else "f.due"
        self._con.execute(
            f"CREATE VIEW {table} AS WITH keyed AS (SELECT k.scenario, k.draw, k.seed, "
            f"{', '.join(f'f.{name}' for name in columns)} "
            f"FROM _files_of_{table} f JOIN _keys_of_{table} k USING (filename)) "
            f"SELECT f.scenario, f.draw, f.seed, {_VIEWS[table].replace('{on_land}', on_land)}"
        )

    @property
    def scenarios(self) -> list[str]:
        """The names of the scenarios, in the order of their folders."""
        return self._whole.scenarios

    def __len__(self) -> int:
        return len(self._whole)

    def __repr__(self) -> str:
        return f"Lazy{self._whole!r}"

    def sql(self, query: str, params: Mapping[str, object] | Sequence[object] | None = None) -> Any:
        """The answer to a question in DuckDB's SQL on the nine tables, as a relation.

        params: values of `?` or `$name`. Nothing is read before rows are asked for. Raises duckdb.Error.
        """
        return self._con.sql(query, params=params)

    def _table(self, name: str) -> duckdb.DuckDBPyRelation:
        if name in self._missing:
            raise InputError(self._missing[name])
        return self._con.table(name)

    @property
    def runs(self) -> duckdb.DuckDBPyRelation:
        """A row a run."""
        return self._table("runs")

    @property
    def targets(self) -> duckdb.DuckDBPyRelation:
        """A row a run and target."""
        return self._table("targets")

    @property
    def indicators(self) -> duckdb.DuckDBPyRelation:
        """A row an indicator of a place in a month."""
        return self._table("indicators")

    @property
    def movers(self) -> duckdb.DuckDBPyRelation:
        """A row for people of one kind who changed the part they count in, in a month."""
        return self._table("movers")

    @property
    def deliveries(self) -> duckdb.DuckDBPyRelation:
        """A row for what a lever brought to a county in a month."""
        return self._table("deliveries")

    @property
    def spending(self) -> duckdb.DuckDBPyRelation:
        """A row for what a lever cost in a county and month, building or running."""
        return self._table("spending")

    @property
    def fulfilment(self) -> duckdb.DuckDBPyRelation:
        """A row for an additional dose in a month, of runs with a rate or a limit."""
        return self._table("fulfilment")

    @property
    def services(self) -> duckdb.DuckDBPyRelation:
        """A row for what there was of a service in the towns or villages of a county at the end of a month."""
        return self._table("services")

    @property
    def touched(self) -> duckdb.DuckDBPyRelation:
        """A row for a person and a lever that reached them, and for a sample of others."""
        return self._table("touched")
