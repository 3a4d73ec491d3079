"""Names and seats of places, and names of railway lines and travel circles, read from the register of observations."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.paths import calibration_dir

PROVINCE = "450000"
_PEOPLES = re.compile("(苗族|侗族|瑶族|各族|仫佬族|毛南族)自治县$")


@dataclass(frozen=True)
class Place:
    """A county-level unit, prefecture or the province.

    code: six digits; name: {"en", "zh"} in full; short: {"en", "zh"} for chart labels; prefecture: code
    (of itself for a prefecture, empty for the province); latitude, longitude: seat, degrees WGS-84 (0 for
    the province);
    residents: census 2020, persons (0 for the province).
    """

    code: str
    name: dict[str, str]
    short: dict[str, str]
    prefecture: str
    latitude: float = 0.0
    longitude: float = 0.0
    residents: int = 0


def _rows(file: str) -> list[dict[str, str]]:
    with (calibration_dir() / "observations" / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _short_zh(name: str) -> str:
    """融水苗族自治县 -> 融水, 兴宁区 -> 兴宁, but 容县 -> 容县."""
    name = _PEOPLES.sub("", name)
    return name[:-1] if len(name) > 2 and name[-1] in "区县市" else name


@functools.cache
def counties() -> tuple[Place, ...]:
    """The county-level units, in order of their code."""
    return tuple(
        Place(
            code=row["adcode"],
            name={"en": row["name_en"], "zh": row["name_zh"]},
            short={"en": row["name_en"].split()[0], "zh": _short_zh(row["name_zh"])},
            prefecture=row["prefecture_code"],
            latitude=float(row["seat_lat"]),
            longitude=float(row["seat_lon"]),
            residents=int(row["population_2020"]),
        )
        for row in sorted(_rows("counties.csv"), key=lambda row: row["adcode"])
    )


@functools.cache
def prefectures() -> tuple[Place, ...]:
    """The prefectures (设区市), in order of their code."""
    return tuple(
        Place(
            code=row["prefecture_code"],
            name={"en": row["name_en"], "zh": row["name_zh"]},
            short={"en": row["name_en"], "zh": _short_zh(row["name_zh"])},
            prefecture=row["prefecture_code"],
            latitude=float(row["seat_lat"]),
            longitude=float(row["seat_lon"]),
            residents=int(row["population_2020"]),
        )
        for row in sorted(_rows("prefectures_geography.csv"), key=lambda row: row["prefecture_code"])
    )


@functools.cache
def places() -> dict[str, Place]:
    """Every place by its code."""
    both = {"en": "Guangxi", "zh": "广西"}
    return {place.code: place for place in (Place(PROVINCE, both, both, ""), *prefectures(), *counties())}


@functools.cache
def railway_lines() -> tuple[str, ...]:
    """Names of the lines that a scenario may open, in the order of the register."""
    return tuple(dict.fromkeys(row["line"] for row in _rows("rail_legs.csv") if row["line"]))


@functools.cache
def travel_circle_names() -> dict[str, dict[str, str]]:
    """The names of each travel circle of the plan, by language."""
    return {
        row["circle"]: {lang: row[f"name_{lang}"] for lang in ("en", "zh")}
        for row in _rows("travel_circles.csv")
    }


@functools.cache
def travel_circles() -> dict[str, str]:
    """Circles in which a scenario may shorten journeys, with the measure of the plan that each is of."""
    return {row["circle"]: row["measure"] for row in _rows("travel_circles.csv")}


@functools.cache
def airports() -> dict[str, str]:
    """County of each airport by its code, with the name of the airport in English."""
    return {row["adcode"]: row["name_en"] for row in _rows("airports.csv")}


@functools.cache
def codes_by_name() -> dict[str, str]:
    """Code of the place by its names in both languages, in full and short; no two places share one."""
    return {name: p.code for p in places().values() for name in (*p.name.values(), *p.short.values())}


def code_of(name: str) -> str | None:
    """The code of the place of that name, or of one much like it; None if there is none."""
    named = nearest(name, codes_by_name(), cutoff=0.7)
    return codes_by_name()[named] if named else None


def place(code: str) -> Place:
    """The place with this code. Raises InputError naming the nearest place, also for a place's name."""
    known = places()
    if code in known:
        return known[code]
    meant = nearest(code, known) if code.isdigit() else code_of(code)
    raise InputError(
        [
            Problem(
                f"no place has the code {quoted(code)}",
                key="--place",
                allowed="450000 (the province), or the six-digit code of a prefecture or county",
                nearest=meant,
            )
        ]
    )
