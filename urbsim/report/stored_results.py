"""Stored runs as tidy tables and lines, for analysis in Python: what `urbsim.load_results` returns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim.errors import InputError, Problem, quoted
from urbsim.facts import gazetteer
from urbsim.report import folders
from urbsim.report.texts import say
from urbsim.results import tidy
from urbsim.results.loading import INDICATORS, MOVERS, TOUCHED, StoredRun, read_run, read_table
from urbsim.results.run_folder import AGE_GROUPS, SCHOOLING, SEXES
from urbsim.state.codes import REGION_NAMES
from urbsim.state.outcomes import BIT

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.axes import Axes

SETTINGS = {"R": "rural", "U": "urban"}
"""The last letter of a part of a county in movers.parquet, and what it stands for."""
_KEY = ("scenario", "draw", "seed")


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

        rows = []
        for run in self._stored:
            summary, record = run.summary, run.record
            scenario = record.get("scenario") or {}
            title = scenario.get("title") or {}
            rows.append(
                {
                    **dict(zip(_KEY, run.key, strict=True)),
                    "title_en": title.get("en"),
                    "title_zh": title.get("zh"),
                    "base": scenario.get("base"),
                    "until": tidy.month_end_stamps([scenario["until"]])[0] if "until" in scenario else None,
                    **{key: summary.get(key) for key in ("scale", "persons", "months")},
                    **{key: summary.get(key) for key in ("fingerprint", "input_digest")},
                    "tables_digest": record.get("tables_digest"),
                    "urbsim": (record.get("versions") or {}).get("urbsim"),
                    **{key: summary.get(key) for key in ("wall_seconds", "peak_bytes")},
                    "folder": str(run.folder),
                }
            )
        frame = pd.DataFrame(rows)
        return frame.assign(
            until=pd.to_datetime(frame["until"]), scenario=frame["scenario"].astype("category")
        )

    @cached_property
    def targets(self) -> pd.DataFrame:
        """A row a run and target: what was asked, what came out, whether it was met.

        `from`, `to`: months; `value`, `threshold`, `tolerance`, `shortfall` (from the strict threshold, positive when
        missed): in the unit of the indicator; `met`, `met_strict`: with and without the tolerance. Missing values where
        the run has not the months of the target.
        """
        import pandas as pd

        rows = [
            {**dict(zip(_KEY, run.key, strict=True)), **target}
            for run in self._stored
            for target in run.summary["targets"]
        ]
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
        texts = ("place", "indicator")
        return tidy.named(self._joined(INDICATORS, ("month", *texts, "value"), texts))

    @cached_property
    def movers(self) -> pd.DataFrame:
        """Who changed the place they count in: month, origin, destination, age_group, sex, schooling, count.

        `origin` and `destination` are parts, such as 450102U, and come apart too: `origin_place` is the county's code
        or a region outside, with names in `origin_place_en` and `origin_place_zh`, `origin_setting` is rural, urban or
        outside; and so for the destination.
        """
        import pandas as pd

        texts = ("origin", "destination", "age_group", "sex", "schooling")
        frame = self._joined(MOVERS, ("month", *texts, "count"), texts)
        for column, words in (("age_group", AGE_GROUPS), ("sex", SEXES), ("schooling", SCHOOLING)):
            frame[column] = _ordered(pd.Series(frame[column]), words)
        for column in ("destination", "origin"):  # what is put in second stands first
            after = list(frame.columns).index("destination") + 1
            for k, (name, values) in enumerate(_apart(pd.Series(frame[column])).items()):
                frame.insert(after + k, f"{column}_{name}", values)
        return frame

    @cached_property
    def touched(self) -> pd.DataFrame:
        """Who was reached by which lever and when, a sample of others, and what became of each.

        person, lever (`others` for those whom none reached), month (NaT for them), outcome; and a truth value for each
        bit of `outcome`, such as `took_job`.
        """
        frame = self._joined(TOUCHED, ("person", "lever", "month", "outcome"), ("lever",))
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
        frame = self._joined(
            INDICATORS, ("month", "place", "indicator", "value"), ("place", "indicator"), place
        )
        frame = frame.loc[frame["indicator"] == indicator]
        titles = {run.key[0]: self._title(run, lang) for run in reversed(self._stored)}
        return runs.draw(frame, {name: titles[name] for name in self.scenarios}, indicator, place, lang, ax)

    @staticmethod
    def _title(run: StoredRun, lang: str) -> str:
        title = (run.record.get("scenario") or {}).get("title") or {}
        return str(title.get(lang) or run.key[0])

    def _joined(
        self, name: str, columns: Sequence[str], texts: Sequence[str], place: str | None = None
    ) -> pd.DataFrame:
        """A table of all runs, each row with the key of its run; place: rows of that place alone."""
        import pyarrow as pa
        import pyarrow.compute as pc

        tables = []
        for run in self._stored:
            table = read_table(run, name, columns, texts)
            if place is not None:
                table = table.filter(pc.field("place") == place)
            stamps = table["month"].cast(pa.timestamp("ns"))
            table = table.set_column(table.column_names.index("month"), "month", stamps)
            tables.append(_keyed(table, run.key))
        return pa.concat_tables(tables).unify_dictionaries().to_pandas()


def _keyed(table: pa.Table, key: tuple[str, int, int]) -> pa.Table:
    """The table behind columns that hold scenario, draw and seed in every row."""
    import pyarrow as pa

    scenario, *numbers = key
    rows = len(table)
    names = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [scenario])
    columns = [names, *(pa.array(np.full(rows, number, np.int64)) for number in numbers)]
    for k, (name, column) in enumerate(zip(_KEY, columns, strict=True)):
        table = table.add_column(k, name, column)
    return table


def _ordered(column: pd.Series, words: Sequence[str]) -> pd.Series:
    """Categories in the order of `words`; words that are not among them come last."""
    there = list(column.cat.categories)
    late = [word for word in there if word not in words]
    return column.cat.set_categories([*words, *late], ordered=not late)


def _apart(parts: pd.Series) -> dict[str, pd.Categorical]:
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


def load_results(given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> Results:
    """The runs at or under the folders given. Raises InputError with every problem."""
    several = (
        [given] if isinstance(given, (str, os.PathLike)) or not isinstance(given, Iterable) else list(given)
    )
    allowed = "a folder, or a list of folders"
    strange = [item for item in several if not isinstance(item, (str, os.PathLike)) or not str(item).strip()]
    if strange or not several:
        problems = [Problem(f"{quoted(item)} is refused", key="folders", allowed=allowed) for item in strange]
        raise InputError(problems or [Problem("no folder is given", key="folders", allowed=allowed)])
    problems, stored = [], []
    for folder in folders.find(Path(item) for item in several):
        try:
            stored.append(read_run(folder))
        except InputError as error:
            problems += error.problems
    problems += _confused(stored)
    if problems:
        raise InputError(problems)
    return Results(_once(stored))


def _once(stored: Sequence[StoredRun]) -> list[StoredRun]:
    """Each run once, where a folder was copied."""
    return list({run.key: run for run in reversed(stored)}.values())[::-1]


def _confused(stored: Sequence[StoredRun]) -> list[Problem]:
    """Runs that rows of a table could not tell apart, and scenarios of one name with different contents."""
    problems, by_key, by_name = [], {}, {}
    for run in stored:
        first = by_key.setdefault(run.key, run)
        if first.summary["fingerprint"] != run.summary["fingerprint"]:
            name, draw, seed = run.key
            message = f"{quoted(name)} with draw {draw} and seed {seed} has other results in {first.folder}"
            problems.append(Problem(message, file=str(run.folder), allowed="to be loaded apart from it"))
        other = by_name.setdefault(run.key[0], run)
        if _content(other) != _content(run):
            message = f"{quoted(run.key[0])} is another scenario in {other.folder}"
            problems.append(
                Problem(message, file=str(run.folder), allowed="another name, or to be loaded apart")
            )
    return problems


def _content(run: StoredRun) -> dict[str, Any]:
    """What results follow from; names, titles and questions aside."""
    scenario = run.record.get("scenario") or {}
    return {key: value for key, value in scenario.items() if key not in ("name", "title", "question")}
