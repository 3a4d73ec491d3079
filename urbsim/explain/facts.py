"""Parameters, beliefs, sources, tables, conflicts and places: what `calibration/` knows of a name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from urbsim.calendar import BASE_MONTH
from urbsim.explain.answer import Citation, Explanation, Kind, by_alias, shown
from urbsim.explain.uses import uses
from urbsim.facts import gazetteer
from urbsim.facts.parameters import Parameters, Specification, load_parameters
from urbsim.facts.register import Row, Source, conflicts, ids, register, sources


@cache
def parameters() -> Parameters:
    """The parameters of the central draw."""
    return load_parameters(0)


def _parameter(name: str) -> Explanation:
    spec = parameters().info[name]
    by_hand = ", start set by hand" if spec.set_by_hand else ""
    return Explanation(
        name=name,
        kind="parameter",
        meaning=spec.meaning,
        unit=spec.unit,
        value=_content(spec),
        interval=spec.interval,
        status=spec.status + by_hand + _learnt(spec),
        sources=tuple(cited(source) for source in spec.source),
        note="; ".join(
            text for text in (*_before_the_fit(spec), spec.note, *_on_other_bases(name, spec)) if text
        ),
        used_in=uses(name, f"calibration/parameters/{spec.process}.yaml"),
    )


def _learnt(spec: Specification) -> str:
    """What the fit says of a parameter, beside its status."""
    if spec.learnt is None:
        return ""
    return f", {spec.learnt.status} (spread shrunk by {spec.learnt.shrinkage:.0%})"


def _before_the_fit(spec: Specification) -> Iterator[str]:
    """The interval that the prior had, where a fit has replaced it."""
    if spec.learnt is not None and spec.prior_interval is not None:
        low, high = (shown(end) for end in spec.prior_interval)
        yield f"before the fit {low} to {high}"


def _on_other_bases(name: str, spec: Specification) -> Iterator[str]:
    """What a run from another census takes instead."""
    for base in BASE_MONTH:
        other = load_parameters(0, base=base).info[name]
        if other != spec and _content(other) != _content(spec):
            cited = ", ".join(other.source)
            yield f"a run from {base} takes {shown(_content(other))} ({other.status}, {cited})"


def _content(spec: Specification) -> Any:
    if spec.table:
        return f"table calibration/tables/{spec.table}"
    return spec.start if spec.array is None else spec.array.tolist()


def _priors() -> dict[str, Row]:
    return {row["parameter"]: row for row in register().rows("behaviour_priors")}


def _prior(name: str) -> Explanation:
    row = _priors()[name]
    return Explanation(
        name=name,
        kind="prior",
        meaning=f"{row['meaning']} ({row['context']})",
        unit=row["unit"],
        value=f"{row['central']}, believed {row['low']} to {row['high']} ({row['distribution']})",
        status=f"{row['kind']}, grade {row['grade']}",
        sources=tuple(cited(source) for source in ids(row["source_id"])),
        note=row["note"],
        used_in=("calibration/observations/behaviour_priors.csv",),
    )


def _source(name: str) -> Explanation:
    source = sources()[name]
    resting = [f"parameter {key}" for key, spec in parameters().info.items() if name in spec.source]
    tables = [f"table {table}" for table in source.tables.split(";") if table]
    facts = [
        source.document,
        source.publisher,
        source.year,
        f"licence {source.licence}",
        source.note,
        source.weakness,
    ]
    return Explanation(
        name=name,
        kind="source",
        meaning=source.title,
        value=f"{source.rows} rows, {source.confirmed} confirmed" if source.tables else None,
        status=f"{source.kind}, grade {source.grade}",
        sources=(Citation(source.address or "address not known", source.copy_held_by),),
        note="; ".join(fact for fact in facts if fact),
        used_in=tuple(tables + resting),
    )


def _table(name: str) -> Explanation:
    table = register().tables[name]
    rows = register().rows(name)
    units = sorted({row["unit"] for row in rows if row.get("unit")})
    grades = [f"{sum(row['grade'] == grade for row in rows)} {grade}" for grade in "ABC"]
    used = {source.source_id for source in sources().values() if name in source.tables.split(";")}
    return Explanation(
        name=name,
        kind="table",
        meaning=table.what,
        unit=f"by column, see {name}_columns.csv" if register().columns(name) else ", ".join(units),
        value=f"{len(rows)} rows; grades: {', '.join(grades)}",
        status=f"after 2021: {table.after_2021}" + (f" ({table.reason})" if table.reason else ""),
        sources=tuple(cited(source) for source in sorted(used)),
        used_in=uses(name, f"calibration/observations/{name}.csv"),
    )


def _conflict(name: str) -> Explanation:
    found = next(conflict for conflict in conflicts() if conflict.id == name)
    pairs = [("a", found.value_a, found.source_a), ("b", found.value_b, found.source_b)]
    return Explanation(
        name=name,
        kind="conflict",
        meaning=f"{found.what} ({found.place})",
        unit=found.unit,
        value="; ".join(f"{letter}: {value}" for letter, value, _ in pairs if value),
        status=f"follows {found.follows}",
        sources=tuple(cited(source) for _, _, source in pairs if source),
        note=found.why,
        used_in=("calibration/conflicts.csv",),
    )


def _place(code: str) -> Explanation:
    place = gazetteer.places()[code]
    row = _rows_of_places().get(code, {})
    share = float(row.get("urbanisation_rate_2020") or 0)
    residents = place.residents or sum(county.residents for county in gazetteer.counties())
    inside = [other for other in gazetteer.counties() if other.prefecture == code]
    note = f"urban share in 2020: {share:.1%}" if share else ""
    if inside:
        note += "; units: " + ", ".join(f"{other.code} {other.name['zh']}" for other in inside)
    return Explanation(
        name=code,
        kind="place",
        meaning=_what_place(place),
        called=tuple(dict.fromkeys((place.name["en"], place.name["zh"], *place.short.values()))),
        unit="persons",
        value=f"{residents:,} residents at the census of 2020",
        status=f"grade {row['grade']}" if row else "",
        sources=(cited(row["source_id"]),) if row else (),
        note=note.removeprefix("; "),
        used_in=(f"calibration/observations/{_PLACES[bool(inside)]}.csv",) if row else (),
    )


_PLACES = {False: "counties", True: "prefectures_geography"}


def _what_place(place: gazetteer.Place) -> str:
    if place.code == gazetteer.PROVINCE:
        return "the province, with 14 prefectures and 111 county-level units"
    if place.code == place.prefecture:
        return f"prefecture, seat at {place.latitude:.2f} N, {place.longitude:.2f} E"
    above = gazetteer.places()[place.prefecture]
    kind = _rows_of_places()[place.code]["kind"].replace("_", " ")
    return f"{kind} in {above.name['en']} ({above.name['zh']}, {above.code})"


@cache
def _rows_of_places() -> dict[str, Row]:
    """Row of the census of 2020 by code, of counties and prefectures."""
    keys = {"counties": "adcode", "prefectures_geography": "prefecture_code"}
    return {row[key]: row for table, key in keys.items() for row in register().rows(table)}


def _titled_place(code: str) -> str:
    place = gazetteer.places()[code]
    return f"{place.name['en']} {place.name['zh']}"


def cited(source: str) -> Citation:
    """A source id, `behaviour_priors.NAME` or the word assumption as a citation."""
    table, _, row_name = source.partition(".")
    if row_name:
        row = next(row for row in register().rows(table) if row["parameter"] == row_name)
        return Citation(source, f"{row['meaning']}, from {row['source_id']}", row["grade"])
    known: Source | None = sources().get(source)
    return Citation(source, known.title, known.grade, known.address) if known else Citation(source, "")


@cache
def _conflicts() -> dict[str, str]:
    return {conflict.id: conflict.what for conflict in conflicts()}


PARAMETER = Kind(
    "parameter", "parameters", "numbers the model takes from outside, with interval and source",
    lambda: parameters().info, lambda name: parameters().info[name].meaning, _parameter,
)  # fmt: skip
PLACE = Kind(
    "place", "places", "the province, its prefectures and county-level units, by code of 2021",
    gazetteer.places, _titled_place, _place, lambda: by_alias(gazetteer.codes_by_name().items()),
)  # fmt: skip
PRIOR = Kind(
    "prior", "priors", "beliefs about behaviour from the literature, on which parameters rest",
    _priors, lambda name: _priors()[name]["meaning"], _prior,
)  # fmt: skip
SOURCE = Kind(
    "source", "sources", "documents and tables that facts come from",
    sources, lambda name: sources()[name].title, _source,
)  # fmt: skip
TABLE = Kind(
    "table", "tables", "observations in calibration/observations",
    lambda: register().tables, lambda name: register().tables[name].what, _table,
)  # fmt: skip
CONFLICT = Kind(
    "conflict", "conflicts", "figures of two sources that disagree, and which one is followed",
    _conflicts, lambda name: _conflicts()[name], _conflict,
)  # fmt: skip
