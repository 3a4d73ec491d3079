"""What the levers cost, on the page: the ledger adds up, and a price of one more is that of the pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbsim.facts.indicators import PRICED
from urbsim.report import findings, folders, money, wording
from urbsim.report.page import write_report
from urbsim.results.price import Apart, Price, price
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


def of(gained: list[float], yuan: float = 1e6) -> Price:
    return price(Apart(draw, yuan, each) for draw, each in enumerate(gained, 1))


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        (of([100.0] * 20), "10,000 yuan (5%-95%: 10,000 to 10,000)", "1万元（5%～95%：1万～1万元）"),
        (
            of([-10.0] * 5 + [100.0] * 15),
            "at least 10,000 yuan; no upper end, for only 15 of 20 draws gain",
            "至少1万元；20次抽样中有15次有增加，上限无法判断",
        ),
        (of([-10.0] * 20), "no price: 0 of 20 draws gain", "无法计价：20次抽样中有0次有增加"),
        (
            of([5.0], -1.0),
            "no price: it does not cost more in every draw",
            "无法计价：并非每次抽样都增加支出",
        ),
        (
            of([50.0, 150.0]),
            "10,000 yuan (mean over mean; pairs of runs: 2; too few draws for an interval)",
            "1万元（均值之比，共2对模拟，抽样太少，不给区间）",
        ),
        (of([150.0, -50.0]), "cannot be told: 1 of 2 draws gain", "无法判断：2次抽样中有1次有增加"),
        (of([1.0], float("nan")), "no price: the runs have no ledger", "无法计价：模拟结果没有支出账"),
    ],
)
def test_a_price_in_words(found: Price, en: str, zh: str):
    """A million yuan for 100 more are 10,000 yuan each."""
    assert (money.of_one(found, "en"), money.of_one(found, "zh")) == (en, zh)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_ledger_of_the_page_adds_up_to_the_summary(found: findings.Findings, lang: str):
    for group in found.groups:
        whole = group.run.summary["fiscal_cost_yuan"]
        rows = money.spent(group.run)
        assert sum(sum(one.kinds) for one in rows) == sum(sum(one.parts) for one in rows) == whole["all"]
        assert sum(one.kinds[0] for one in rows) == whole["capital"]
        table = money.ledger(found, group, lang)
        assert table is not None and table.rows[-1][-1] == wording.money(whole["all"], lang)
        assert sum(len(row) > 1 for row in table.rows) == len(rows) + 1


def test_what_a_scenario_costs_more_is_what_it_adds(found: findings.Findings):
    baseline = found.comparison.baseline
    (other,) = (one for one in found.comparison.scenarios if one is not baseline)
    apart = money.price(other, baseline, "urban_population")
    added = [run.summary["fiscal_cost_yuan"]["additional"] for run in other.runs]
    assert apart.more_yuan.mean == pytest.approx(sum(added) / 2, rel=1e-5)
    assert (apart.pairs, apart.draws) == (2, 1) and apart.status == "few_draws"
    for gain, entry in PRICED.items():
        counts = [sum(run.summary["priced"][gain] for run in each.runs) for each in (other, baseline)]
        gained = money.price(other, baseline, gain).gained.mean
        assert gained == pytest.approx((counts[0] - counts[1]) / 2, abs=1e-6), entry
    rows = list(money.interval_rows(found))
    assert [row[:3] for row in rows] == [["C7_only", "no_plan", gain] for gain in PRICED]
    assert all(len(row) == len(money.INTERVALS) for row in rows)
    assert {row[1] for row in money.priced_rows(found)} == set(PRICED)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_cut_is_said_by_lever(tmp_path: Path, lang: str):
    short = load_scenario("half_delivery").model_copy(update={"until": "2022-02", "targets": ()})
    write_run(run(RunSpec(short, scale=0.0005, threads=2)), tmp_path)
    compared = folders.compare([folders.read(folder) for folder in folders.find([tmp_path])], None)
    found = findings.find(compared, findings.gazetteer.place("450000"))
    table = money.cut(found, found.groups[0], lang)
    assert table is not None and len(table.head) == 6
    name = CATALOGUE["housing.public_rental_units"].name_and_unit(lang)
    (row,) = (row for row in table.rows if row[0] == name)
    planned, delivered, cut, landless, unpaid = (float(cell.replace(",", "")) for cell in row[1:])
    assert (
        planned == round(15000 * 4 / 26) and unpaid == landless == 0
    )  # four months of the plan's twenty-six
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
    assert {"spending.csv", "price.csv", "price_intervals.csv"} <= files
    assert len(money.said(found, lang)) == 1 and money.said(found, lang)[0][:20] in text
