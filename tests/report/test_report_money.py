"""What the levers cost, on the page: the ledger adds up, and a price of one more is that of the pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from urbsim.facts.indicators import PRICED
from urbsim.report import findings, folders, money
from urbsim.report.money import Price
from urbsim.report.page import write_report
from urbsim.results.run_folder import write_run
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.runner import RunSpec, run


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> findings.Findings:
    out = tmp_path_factory.mktemp("runs")
    for name in ("no_plan", "C7_only"):
        short = load_scenario(name).model_copy(update={"until": "2022-02", "targets": ()})
        for seed in (1, 2):
            write_run(run(RunSpec(short, scale=0.0005, seed=seed, threads=2)), out)
    runs = [folders.read(folder) for folder in folders.find([out])]
    compared = folders.compare(runs, "no_plan")
    return findings.find(compared, findings.gazetteer.place("450000"))


def test_a_price_by_hand():
    of = Price(np.array([100.0, 300.0]), np.array([10.0, 10.0]))
    assert of.of_one == 20 and of.by_pair.tolist() == [10, 30]
    mixed = Price(np.array([100.0, 100.0]), np.array([30.0, -10.0]))
    assert mixed.of_one == 10 and mixed.by_pair.tolist() == pytest.approx([10 / 3])
    assert np.isnan(Price(np.array([5.0]), np.array([-1.0])).of_one)
    assert np.isnan(Price(np.array([]), np.array([])).of_one)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_ledger_of_the_page_adds_up_to_the_summary(found: findings.Findings, lang: str):
    for group in found.groups:
        whole = group.run.summary["fiscal_cost_yuan"]
        rows = money.spent(group.run)
        assert sum(sum(one.kinds) for one in rows) == sum(sum(one.parts) for one in rows) == whole["all"]
        assert sum(one.kinds[0] for one in rows) == whole["capital"]
        table = money.ledger(found, group, lang)
        assert table is not None and table.rows[-1][-1] == money.amount(whole["all"], lang)
        assert sum(len(row) > 1 for row in table.rows) == len(rows) + 1


def test_what_a_scenario_costs_more_is_what_it_adds(found: findings.Findings):
    baseline = found.comparison.baseline
    (other,) = (one for one in found.comparison.scenarios if one is not baseline)
    of = money.price(other, baseline, "urban_population")
    added = [run.summary["fiscal_cost_yuan"]["additional"] for run in other.runs]
    assert of.more_yuan == pytest.approx(added, rel=1e-5) and of.gained.shape == (2,)
    assert {row[1] for row in money.priced_rows(found)} == set(PRICED)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_cut_is_said_by_lever(tmp_path: Path, lang: str):
    short = load_scenario("half_delivery").model_copy(update={"until": "2022-02", "targets": ()})
    write_run(run(RunSpec(short, scale=0.0005, threads=2)), tmp_path)
    compared = folders.compare([folders.read(folder) for folder in folders.find([tmp_path])], None)
    found = findings.find(compared, findings.gazetteer.place("450000"))
    table = money.cut(found, found.groups[0], lang)
    assert table is not None and len(table.head) == 5
    name = CATALOGUE["housing.public_rental_units"].name_and_unit(lang)
    (row,) = (row for row in table.rows if row[0] == name)
    planned, delivered, cut, unpaid = (float(cell.replace(",", "")) for cell in row[1:])
    assert planned == round(15000 * 4 / 26) and unpaid == 0  # four months of the plan's twenty-six
    assert delivered == pytest.approx(planned / 2, abs=1) and cut == pytest.approx(planned / 2, abs=1)
    page = write_report([tmp_path], tmp_path / "page.html", None, lang).read_text(encoding="utf-8")
    assert table.caption in page


def test_nothing_is_said_where_all_was_carried_out(found: findings.Findings):
    assert all(money.cut(found, group, "en") is None for group in found.groups)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_levers_without_a_price_say_why(found: findings.Findings, lang: str):
    """Railway lines are committed in both scenarios; of circles neither says anything, and dwellings have a price."""
    table = money.not_priced(found, lang)
    assert table is not None
    lines = CATALOGUE["transport.openings"]
    assert [lines.name(lang), getattr(lines.cost, lang)] in table.rows
    names = {row[0] for row in table.rows}
    assert CATALOGUE["housing.public_rental_units"].name(lang) not in names
    assert CATALOGUE["transport.circles"].name(lang) not in names


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_shows_it(found: findings.Findings, lang: str, tmp_path: Path):
    folder = found.run.folder.parents[1]
    page = write_report([folder], tmp_path / "page.html", "no_plan", lang)
    text = page.read_text(encoding="utf-8")
    assert {"en": "What it costs", "zh": "财政支出"}[lang] in text
    assert {"en": "Levers without a price", "zh": "未计价的政策工具"}[lang] in text
    files = {path.name for path in (tmp_path / "page_files").iterdir()}
    assert {"spending.csv", "price.csv"} <= files
