"""The tables of the validation page by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import DELTA, NOW, TOWN, VILLAGE, households

from bench import validation_flows, validation_page
from bench.validation_people import Night, ages, couples, night_of
from urbsim.calendar import month_number
from urbsim.facts.censuses import census_of
from urbsim.facts.indicators import COUNTS, INDICATORS
from urbsim.levers.delivery import Delivery


@dataclass
class OneEachMonth:
    """What a table reads of a run: in every month one sampled unit of every count, of weight 100."""

    first: str
    last: str
    weight: float = 100.0
    months: list[int] = field(init=False)
    counts: list[np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        self.months = list(range(month_number(self.first), month_number(self.last) + 1))
        units = [INDICATORS[name].fractions for name in COUNTS]
        self.counts = [np.repeat(np.array(units)[:, None], 111, axis=1) for _ in self.months]

    def read(self, indicator: str, place: str, month: int) -> float | None:
        if month not in self.months:
            return None
        return 1000.0 if indicator == "registered_population" else 0.25


def runs(first: str, last: str) -> Any:
    """Twenty persons are relocated in 2016, half of them into towns."""
    units = np.zeros(111, np.int64)
    units[3] = 20
    relocated = Delivery(
        "towns.relocated_persons", "committed", "sites", month_number("2016-05"), units, whole=True
    )
    other = Delivery("towns.connected_villages", "committed", "villages", month_number("2016-05"), units)
    return [
        SimpleNamespace(
            observer=OneEachMonth(first, last),
            parameters={"relocated_to_towns": 0.5},
            deliveries=(relocated, other),
        )
    ] * 2


DECADE = runs("2010-10", "2020-10")
A_MONTH = 111 * 100  # persons


def test_growth_of_a_year_and_of_ten_months():
    by_year = pd.DataFrame(
        {"year": [2018, 2019, 2020], "model %": [50.0, 51.0, 51.5], "published %": [50.0, 51.2, 52.4]}
    )
    table = validation_flows.increments(by_year)
    assert table["year"].tolist() == [2019, 2020]
    assert table["model"].tolist() == pytest.approx([1.0, 0.6])
    assert table["off"].tolist() == pytest.approx([-0.2, -0.6])


def test_new_jobs_are_compared_in_the_months_reported():
    table = validation_flows.new_jobs(DECADE, DECADE).set_index("year")
    assert table["model, year"].to_numpy() == pytest.approx(np.full(10, 12 * A_MONTH / 1e3))
    months = {2011: 6, 2012: 12, 2014: 8, 2018: 3, 2020: 12}
    same = table["model, same months"].dropna().to_dict()
    assert same == pytest.approx({year: number * A_MONTH / 1e3 for year, number in months.items()})
    assert table["draws, 5%"].dropna().to_dict() == pytest.approx(same)  # every run is the same
    reported = table["reported"].dropna().to_dict()
    assert list(reported) == list(months) and (reported[2012], reported[2020]) == (540.5, 265.2)


def test_settlement_of_years_and_what_was_reported():
    table = validation_flows.settlement(DECADE).set_index("year")
    assert table["settled, model"].to_numpy() == pytest.approx(np.full(10, 12 * A_MONTH / 1e3))
    assert table["reported, mean"].dropna().to_dict() == dict.fromkeys(range(2013, 2019), 868.0)
    assert table["reported %"].dropna().to_dict() == {2018: 31.72}
    assert table["at sites, model %"].tolist() == [0.0] * 5 + [1.0] * 5  # ten of a thousand registered
    assert table["registered in towns, model %"].tolist() == [25.0] * 5 + [24.0] * 5


def test_the_seam_changes_from_replay_to_forecast():
    table = validation_flows.seam(DECADE, runs("2020-10", "2023-12"))
    assert table["run"].tolist() == ["replay"] * 10 + ["forecast"] * 3
    assert table["settled"].to_numpy() == pytest.approx(np.full(13, 12 * A_MONTH / 1e3))
    assert set(table["from villages, net"]) == {0.0}


def test_couples_apart_and_residents_of_a_night():
    """Two of four married people live in another part than their spouse; four of six people are residents."""
    family = [
        {"age": 30, "spouse": 1},
        {"age": 31, "spouse": 0, "lives": DELTA},
        {"age": 12, "parent": 0},
        {"age": 50, "spouse": 4, "home": TOWN},
        {"age": 50, "spouse": 3, "home": TOWN},
        {"age": 22, "lives": DELTA, "home": VILLAGE},
    ]
    people, n, _ = households(family)
    world: Any = SimpleNamespace(people=people, n=n, month=NOW, weight=100.0)
    night = night_of(world)
    assert (night.married, night.apart, night.residents.sum()) == (400, 200, 400)
    assert night.residents[[2, 6, 10]].tolist() == [100, 100, 200]
    table = couples(night, night, Night(50.0, 5.0, np.zeros(18)))
    assert table["spouse lives elsewhere %"].tolist() == [50, 50, 10]


def test_everybody_stands_beside_their_own_age():
    counted = census_of("census_2020").residents.sum(axis=(0, 1))
    groups = np.concatenate([[counted[:2].sum()], counted[2:]])
    table = ages(Night(1.0, 0.0, groups[:18].astype(float)))
    assert table["off %"].tolist() == pytest.approx([0] * 18)
    assert table["age"].tolist()[::17] == ["0-4", "85+"]


PAGE = "a\n<!-- table: one -->\nold\n<!-- end -->\nb\n<!-- table: two -->\nkept\n<!-- end -->\n"


def test_a_table_takes_the_place_of_the_old_one():
    table = pd.DataFrame({"year": [2011], "share": [1.234], "missing": [float("nan")], "persons": [1234.5]})
    text = validation_page.with_tables(PAGE, {"one": table})
    assert "| 2011 | 1.23 |  | 1,234 |\n" in text and "old" not in text and "kept" in text
    assert validation_page.with_tables(text, {"one": table}) == text
    with pytest.raises(KeyError, match="three"):
        validation_page.with_tables(PAGE, {"three": table})


def test_the_page_has_a_place_for_tables():
    text = validation_page.PAGE.read_text(encoding="utf-8")
    assert "<!-- table: settlement -->" in text and text.count("<!-- table: ") == text.count("<!-- end -->")
