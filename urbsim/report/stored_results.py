"""Stored runs as tidy tables and lines, for analysis in Python: what `urbsim.load_results` returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, get_args

import numpy as np

from urbsim.errors import InputError
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS as ALL_INDICATORS
from urbsim.levers.delivery import Part
from urbsim.levers.spending import Kind as KindOfMoney
from urbsim.processes.services.equations import SERVICES as ALL_SERVICES
from urbsim.report.texts import say
from urbsim.results import tidy
from urbsim.results.digests import Digests
from urbsim.results.loading import Key, StoredRun, read_table
from urbsim.results.movers import AGE_GROUPS, SCHOOLING, SEXES
from urbsim.results.seal import DELIVERIES, FULFILMENT, INDICATORS, MOVERS, SERVICES, SPENDING, TOUCHED
from urbsim.scenario.catalogue import DOSES
from urbsim.state.codes import REGION_NAMES
from urbsim.state.outcomes import BIT, LEVERS, OTHERS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.axes import Axes

    from urbsim.results.stored_table import Kind

SETTINGS = {"R": "rural", "U": "urban"}
"""The last letter of a part of a county in movers.parquet, and what it stands for."""
_KEY = ("scenario", "draw", "seed")
_TYPES: dict[Kind, str] = {"text": "category", "month": "datetime64[ns]"}
_OF_INDICATORS: dict[str, Kind] = {"month": "month", "place": "text", "indicator": "text", "value": "number"}
_OF_MOVERS: dict[str, Kind] = {
    "month": "month", "origin": "text", "destination": "text", "age_group": "text", "sex": "text",
    "schooling": "text", "count": "count",
}  # fmt: skip
_OF_DELIVERIES: dict[str, Kind] = {
    "lever": "text", "part": "text", "stock": "text", "month": "month", "place": "text", "units": "count",
}  # fmt: skip
_OF_SPENDING: dict[str, Kind] = {
    "lever": "text", "part": "text", "kind": "text", "month": "month", "place": "text", "yuan": "whole",
}  # fmt: skip
_OF_FULFILMENT: dict[str, Kind] = {
    "lever": "text", "month": "month", "planned": "count", "due": "count", "on_land": "count", "delivered": "count",
}  # fmt: skip
_OF_SERVICES: dict[str, Kind] = {
    "month": "month", "place": "text", "service": "text", "units": "count", "shared_by": "count", "each": "count",
}  # fmt: skip
_OF_TOUCHED: dict[str, Kind] = {"person": "id", "lever": "text", "month": "month or none", "outcome": "bits"}


class Results:
    """Runs read from their folders. Each table is read when it is asked for first, and kept.

    Every table begins with `scenario`, `draw` and `seed`, which say what run a row is of. Months are month ends as
    datetime64; texts are categories; places stand by code, and by name in `place_en` and `place_zh`.
    """

    def __init__(self, stored: Sequence[StoredRun]) -> None:
        self._stored = tuple(stored)

    @property
    def scenarios(self) -> list[str]:
        """The names of the scenarios, in the order of their folders."""
        return list(dict.fromkeys(run.key[0] for run in self._stored))

    def __len__(self) -> int:
        return len(self._stored)

    def __repr__(self) -> str:
        """How many runs of which scenarios, in one line."""
        draws = sorted({run.key[1] for run in self._stored})
        seeds = sorted({run.key[2] for run in self._stored})
        names = ", ".join(self.scenarios[:6]) + (", ..." if len(self.scenarios) > 6 else "")
        return f"Results({len(self)} runs of {names}; {_few('draw', draws)}; {_few('seed', seeds)})"

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row a run: settings, size, digests, time (seconds), memory (bytes), version, titles, folder."""
        import pandas as pd

        rows = [
            {
                **_key(run),
                "title_en": run.scenario["title"]["en"],
                "title_zh": run.scenario["title"]["zh"],
                "base": run.scenario["base"],
                "until": run.scenario["until"],
                **{key: run.summary[key] for key in ("scale", "persons", "months")},
                **{key: run.summary[key] for key in ("fingerprint", "input_digest")},
                "tables_digest": run.record["tables_digest"],
                **{f"{name}_digest": run.digests[name] for name in Digests.__annotations__},
                "urbsim": run.record["versions"]["urbsim"],
                **{key: run.summary[key] for key in ("wall_seconds", "peak_bytes")},
                "folder": str(run.folder),
            }
            for run in self._stored
        ]
        frame = pd.DataFrame(rows)
        return frame.assign(
            scenario=frame["scenario"].astype("category"),
            until=tidy.month_end_stamps(frame["until"].to_list()),
        )

    @cached_property
    def targets(self) -> pd.DataFrame:
        """A row a run and target: what was asked, what came out, whether it was met.

        `from`, `to`: months; `value`, `threshold`, `tolerance`, `shortfall` (from the strict threshold, positive when
        missed): in the unit of the indicator; `met`, `met_strict`: with and without the tolerance. Missing values where
        the run has not the months of the target.
        """
        import pandas as pd

        rows = [{**_key(run), **target} for run in self._stored for target in run.summary["targets"]]
        names = ("id", "indicator", "place", "from", "to", "aggregate", "operator")
        numbers, verdicts = ("threshold", "tolerance", "value"), ("met", "met_strict")
        frame = pd.DataFrame(rows, columns=[*_KEY, *names, *numbers, *verdicts])
        for column in ("from", "to"):
            frame[column] = tidy.month_end_stamps(frame[column].to_list())
        for column in ("scenario", "id", "indicator", "place", "aggregate", "operator"):
            frame[column] = frame[column].astype("category")
        frame = frame.astype(dict.fromkeys(numbers, "float64") | dict.fromkeys(verdicts, "boolean"))
        sign = np.where(frame["operator"] == "<=", -1.0, 1.0)
        frame["shortfall"] = sign * (frame["threshold"] - frame["value"])
        return tidy.named(frame)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """scenario, draw, seed, month, place, place_en, place_zh, indicator, value: counts at full scale, rates 0-1."""
        return tidy.named(self._joined(INDICATORS, _OF_INDICATORS, _words_of_indicators()))

    @cached_property
    def movers(self) -> pd.DataFrame:
        """Who changed the place they count in: month, origin, destination, age_group, sex, schooling, count.

        `origin` and `destination` are parts, such as 450102U, and come apart too: `origin_place` is the county's code
        or a region outside, with names in `origin_place_en` and `origin_place_zh`, `origin_setting` is rural, urban or
        outside; and so for the destination.
        """
        import pandas as pd

        parts = parts_of_counties()
        kinds = {"age_group": AGE_GROUPS, "sex": SEXES, "schooling": SCHOOLING}
        frame = self._joined(MOVERS, _OF_MOVERS, {"origin": parts, "destination": parts, **kinds})
        for column, words in kinds.items():
            frame[column] = frame[column].cat.set_categories(words, ordered=column != "sex")
        for column in ("destination", "origin"):  # what is put in second stands first
            after = list(frame.columns).index("destination") + 1
            for k, (name, values) in enumerate(split_parts(pd.Series(frame[column])).items()):
                frame.insert(after + k, f"{column}_{name}", values)
        return frame

    @cached_property
    def deliveries(self) -> pd.DataFrame:
        """What the levers brought: lever, part (committed or additional), stock, month, place, units at full scale."""
        words = {"stock": [stock for lever in DOSES for stock in lever.stocks], **_words_of_counties()}
        return tidy.named(self._joined(DELIVERIES, _OF_DELIVERIES, _words_of_levers() | words))

    @cached_property
    def spending(self) -> pd.DataFrame:
        """What the levers cost: lever, part, kind (capital or running), month, place, whole yuan (ODD F1, F2)."""
        words = _words_of_levers() | {"kind": get_args(KindOfMoney)} | _words_of_counties()
        return tidy.named(self._joined(SPENDING, _OF_SPENDING, words))

    @cached_property
    def fulfilment(self) -> pd.DataFrame:
        """Additional doses of runs with a rate or a limit: lever, month, full units planned, due, on_land, delivered.

        `due` is after the rate, `on_land` after the land quota too, `delivered` after the envelope too. No rows where
        everything was carried out in time (ODD F3, F4, F6).
        """
        words = {"lever": _words_of_levers()["lever"]}
        return self._joined(FULFILMENT, _OF_FULFILMENT, words, if_written=True)

    @cached_property
    def services(self) -> pd.DataFrame:
        """What there was of services: month, place, service, units, shared_by, each (`urbsim.results.services`)."""
        words = {"service": [service.name for service in ALL_SERVICES], **_words_of_counties()}
        return tidy.named(self._joined(SERVICES, _OF_SERVICES, words))

    @cached_property
    def touched(self) -> pd.DataFrame:
        """Who was reached by which lever and when, a sample of others, and what became of each.

        person, lever (`others` for those whom none reached), month (NaT for them), outcome; and a truth value for each
        bit of `outcome`, such as `took_job`.
        """
        frame = self._joined(TOUCHED, _OF_TOUCHED, {"lever": [*LEVERS, OTHERS]})
        bits = frame["outcome"].to_numpy()
        return frame.assign(**{name: bits & bit != 0 for name, bit in BIT.items()})

    def plot(
        self, indicator: str, place: str = "450000", ax: Axes | None = None, *, lang: str = "en"
    ) -> Axes:
        """An indicator of a place by month, a line for each scenario; returns the axes, new ones without `ax`.

        Of several runs the median is drawn, with a band from the lowest to the highest, of 20 or more from 5% to 95%.
        Values are those of `indicators` (shares 0-1, full counts); lang: `en` or `zh`, of names and units. Flows begin
        with the first month, for the base night has none. Raises InputError where there is no such indicator,
        place or language.
        """
        from urbsim.report.charts import runs

        runs.check(indicator, place, lang)
        frame = self._joined(INDICATORS, _OF_INDICATORS, _words_of_indicators(), place)
        frame = frame.loc[frame["indicator"] == indicator]
        titles = {run.key[0]: str(run.scenario["title"][lang]) for run in reversed(self._stored)}
        return runs.draw(frame, {name: titles[name] for name in self.scenarios}, indicator, place, lang, ax)

    def _joined(
        self,
        name: str,
        columns: Mapping[str, Kind],
        words: Mapping[str, Sequence[str]],
        place: str | None = None,
        if_written: bool = False,
    ) -> pd.DataFrame:
        """A table of all runs, each row with the key of its run; arguments as of `read_table`; place: its rows alone.

        if_written: of runs that have such a file, without rows where none has.

        Raises InputError with what is wrong with the tables of all runs.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        tables, problems = [], []
        for run in self._stored:
            if if_written and not (run.folder / name).is_file():
                continue
            try:
                table = read_table(run, name, columns, words)
            except InputError as error:
                problems += error.problems
                continue
            if place is not None:
                table = table.filter(pc.field("place") == place)
            stamps = table["month"].cast(pa.timestamp("ns"))
            table = table.set_column(table.column_names.index("month"), "month", stamps)
            tables.append(_keyed(table, run.key))
        if problems:
            raise InputError(problems)
        if not tables:
            return _without_rows(columns)
        return pa.concat_tables(tables).unify_dictionaries().to_pandas()


def _key(run: StoredRun) -> dict[str, str | int]:
    """The first columns of every table."""
    return dict(zip(_KEY, run.key, strict=True))


def _without_rows(columns: Mapping[str, Kind]) -> pd.DataFrame:
    """The table that has the columns of `Results._joined` and no rows."""
    import pandas as pd

    types = {"scenario": "category", "draw": "int64", "seed": "int64"}
    types |= {name: _TYPES.get(kind, "float64") for name, kind in columns.items()}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def _words_of_levers() -> dict[str, Sequence[str]]:
    return {"lever": [lever.key for lever in DOSES], "part": get_args(Part)}


def _words_of_counties() -> dict[str, Sequence[str]]:
    return {"place": [county.code for county in gazetteer.counties()]}


def _words_of_indicators() -> dict[str, Sequence[str]]:
    return {"place": list(gazetteer.places()), "indicator": list(ALL_INDICATORS)}


def _keyed(table: pa.Table, key: Key) -> pa.Table:
    """The table behind columns that hold scenario, draw and seed in every row."""
    import pyarrow as pa

    scenario, draw, seed = key
    rows = len(table)
    names = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [scenario])
    columns = [names, *(pa.array(np.full(rows, number, np.int64)) for number in (draw, seed))]
    for k, (name, column) in enumerate(zip(_KEY, columns, strict=True)):
        table = table.add_column(k, name, column)
    return table


def parts_of_counties() -> list[str]:
    """Every part in which people may count: the urban and rural parts of the counties, and the regions outside."""
    return [*(county.code + part for county in gazetteer.counties() for part in SETTINGS), *REGION_NAMES]


def split_parts(parts: pd.Series) -> dict[str, pd.Categorical]:
    """What a column of parts says, by what is added to its name: place, names of the place, setting."""
    import pandas as pd

    words, codes = list(parts.cat.categories), parts.cat.codes.to_numpy()
    places = [word if word in REGION_NAMES else word[:-1] for word in words]
    settings = ["outside" if word in REGION_NAMES else SETTINGS[word[-1]] for word in words]
    names = {lang: [_name(place, lang) for place in places] for lang in ("en", "zh")}
    found = {"place": places, "place_en": names["en"], "place_zh": names["zh"], "setting": settings}
    columns = {}
    for name, of_words in found.items():
        distinct = list(dict.fromkeys(of_words))
        position = np.array([distinct.index(word) for word in of_words])
        columns[name] = pd.Categorical.from_codes(position[codes], distinct)
    return columns


def _name(place: str, lang: str) -> str:
    return say(place, lang) if place in REGION_NAMES else gazetteer.place(place).name[lang]


def _few(word: str, numbers: Sequence[int]) -> str:
    """`seed 1`, `seeds 1, 3`, or `20 seeds`."""
    if len(numbers) > 4:
        return f"{len(numbers)} {word}s"
    return f"{word}{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
