"""Rows of both layouts, and every mistake of a file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbsim.errors import InputError, Problem
from urbsim.update.rows import read

PEOPLE = "geography,level,year,basis,variable,value,unit,series,source_id,checked,derived,note,grade\n"
JOBS = "area_code,area_name_en,area_level,year,period,indicator,value_kind,value,unit\n"
INVENTED = ",invented,none,no,no,invented for a test,C\n"


def written(path: Path, text: str) -> Path:
    file = path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    return file


def refused(path: Path, text: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(written(path, text))
    return list(caught.value.problems)


def test_rows_of_people(tmp_path: Path):
    text = PEOPLE + "".join(
        line + INVENTED
        for line in (
            "Guangxi,province,2031,year_end,urbanisation_rate,12.5,pct",
            "Guangxi,province,2031,year_end,resident_pop,100,10k_persons",
            "南宁市,prefecture,2031,,urbanisation_rate,25,pct",
            "Guangxi,province,2032,,new_urban_jobs,1000,persons",
        )
    )
    found = read(written(tmp_path, "\ufeff" + text))
    assert [(row.line, row.place, row.at, row.value, row.observable) for row in found] == [
        (2, "450000", "2031-12", 0.125, "urban_share"),
        (3, "450000", "2031-12", 1e6, "residents"),
        (4, "450100", "2031-12", 0.25, "prefecture_shares"),
        (5, "450000", "2032-01..2032-12", 1000.0, "new_jobs"),
    ]


@pytest.mark.parametrize(
    ("period", "at"),
    [
        ("year", "2031-01..2031-12"), ("H1", "2031-01..2031-06"), ("H2", "2031-07..2031-12"),
        ("Q3", "2031-07..2031-09"), ("Jan-Aug", "2031-01..2031-08"), ("Mar", "2031-03..2031-03"),
    ],
)  # fmt: skip
def test_periods_of_flows(tmp_path: Path, period: str, at: str):
    line = f"450000,Guangxi,province,2031,{period},new_urban_jobs,actual,10,persons\n"
    (row,) = read(written(tmp_path, JOBS + line))
    assert row.at == at


@pytest.mark.parametrize(
    ("period", "at"), [("year-end", "2031-12"), ("Q1-end", "2031-03"), ("Jun", "2031-06")]
)
def test_dates_of_levels(tmp_path: Path, period: str, at: str):
    line = f"450000,Guangxi,province,2031,{period},hukou_urbanisation_rate,actual,10,percent\n"
    (row,) = read(written(tmp_path, JOBS + line))
    assert row.at == at and row.value == 0.1


def test_every_mistake_at_once_with_line_and_column(tmp_path: Path):
    lines = (
        "Guangxi,province,2031,year_end,urbanization_rate,12.5,pct",  # unknown indicator
        "Guangxy,province,2031,year_end,urbanisation_rate,12.5,pct",  # unknown place
        "Guangxi,prefecture,2031,year_end,urbanisation_rate,12.5,pct",  # another level
        "Guangxi,province,31,year_end,urbanisation_rate,12.5,pct",  # no year
        "Guangxi,province,2031,census,urbanisation_rate,12.5,pct",  # no date
        "Guangxi,province,2031,year_end,urbanisation_rate,about 12,persons",  # no number
        "Guangxi,province,2031,year_end,urbanisation_rate,12.5,persons",  # no unit of it
        "Guangxi,province,2031,year_end,urbanisation_rate,112.5,pct",  # no share
        "南宁市,prefecture,2031,year_end,resident_pop,10,10k_persons",  # no error of it
    )
    found = refused(tmp_path, PEOPLE + "".join(line + INVENTED for line in lines) + "Guangxi,province\n")
    assert [(problem.line, problem.column, problem.key) for problem in found] == [
        (2, 5, "variable"), (3, 1, "geography"), (4, 2, "level"), (5, 3, "year"), (6, 4, "basis"),
        (7, 6, "value"), (8, 7, "unit"), (9, 6, "value"), (10, 2, "level"), (11, None, None),
    ]  # fmt: skip
    assert found[0].nearest == "urbanisation_rate" and "resident_pop" in str(found[0])
    assert found[1].nearest == "450000"


def test_targets_are_no_observations(tmp_path: Path):
    (found,) = refused(
        tmp_path, JOBS + "450000,Guangxi,province,2031,year,new_urban_jobs,target,10,persons\n"
    )
    assert (found.line, found.column, found.allowed) == (2, 7, "actual")
    (found,) = refused(
        tmp_path, JOBS + "450000,Guangxi,province,2031,spring,new_urban_jobs,actual,10,persons\n"
    )
    assert found.key == "period" and "Jan-Aug" in str(found)


def test_news_counts_once(tmp_path: Path):
    year = "450000,Guangxi,province,2031,year,new_urban_jobs,actual,10,persons\n"
    half = "450000,Guangxi,province,2031,H1,new_urban_jobs,actual,5,persons\n"
    next_year = "450000,Guangxi,province,2032,year,new_urban_jobs,actual,10,persons\n"
    (found,) = refused(tmp_path, JOBS + year + next_year + year)
    assert found.line == 4 and "line 2 already" in str(found)
    (found,) = refused(tmp_path, JOBS + year + half)
    assert found.line == 3 and "overlap" in str(found)


def test_columns_are_those_of_an_observation_file(tmp_path: Path):
    found = refused(tmp_path, "geography,level,year,variabel,value,unit,unit\n")
    assert {(problem.key, problem.message) for problem in found} == {
        ("variable", "this column is missing"), ("variabel", "is no column of an observation file"),
        ("unit", "stands twice"), (None, "holds no row below its header"),
    }  # fmt: skip
    assert [problem.nearest for problem in found if problem.key == "variabel"] == ["variable"]


@pytest.mark.parametrize(("text", "said"), [("", "holds no row"), (PEOPLE + '"', "is no CSV")])
def test_what_is_no_table(tmp_path: Path, text: str, said: str):
    (found,) = refused(tmp_path, text)
    assert said in str(found)


def test_what_cannot_be_read(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.csv")
    (tmp_path / "rows.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read(tmp_path / "rows.csv")
