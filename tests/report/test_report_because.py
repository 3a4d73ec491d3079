"""Who moved because of it: persons paired between two runs, sums that close, and honest words where they cannot."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pytest
from invented_runs import make_run, seal_again

from urbsim.report import because, folders
from urbsim.report.because import FIELDS, URBAN_FIELDS
from urbsim.report.page import write_report
from urbsim.report.texts import LANGUAGES, say
from urbsim.results import reached as touched
from urbsim.results.reached import Table
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.foreground import run_scenario
from urbsim.state.outcomes import BIT, CODES

LARGEST = 60_000_000  # of a dose
POSTS, COURSES = "employment.services_posts", "employment.training"
HIRED, TRAINED, URBAN = (BIT[name] for name in ("took_job", "trained", "urban_resident"))


def rows(*given: tuple[int, str | None, int]) -> Table:
    """A record from (person, lever, outcome), in order."""
    codes = [-1 if lever is None else CODES[lever] for _, lever, _ in given]
    order = sorted(range(len(given)), key=lambda k: (codes[k], given[k][0]))
    return Table(
        np.array([given[k][0] for k in order], np.uint64),
        np.array([codes[k] for k in order], np.int16),
        np.array([1452 if codes[k] >= 0 else 0 for k in order], np.int32),
        np.array([given[k][2] for k in order], np.int16),
    )


def folder_with(
    out: Path, scenario: str, record: Table | None, levers: tuple[str, ...] = (), seed: int = 1
) -> Path:
    """A small invented run folder with this record of persons."""
    declared: dict[str, dict[str, dict[str, int]]] = {}
    for lever in levers:
        group, name = lever.split(".")
        declared.setdefault(group, {})[name] = {"total": 10}
    spec = {"base": "census_2020", "until": "2023-12", "conditions": {}, "committed": {}, "levers": declared}
    folder = make_run(out, scenario, scale=0.0005, seed=seed, luck=len(scenario), spec=spec)
    if record is not None:
        touched.write(record, 0.0005, folder / "touched.parquet")
        seal_again(folder)
    return folder


WITH = rows(
    (1, POSTS, HIRED | URBAN),  # because of it, and urban because of it
    (2, POSTS, HIRED | URBAN),  # hired anyway, urban anyway
    (3, POSTS, HIRED),  # because of it, not urban
    (3, COURSES, HIRED),
    (4, None, HIRED | URBAN),  # others: hired and urban only here
    (5, None, URBAN),  # displaced from work, urban anyway
    (7, None, HIRED),  # in both
)
WITHOUT = rows((2, None, HIRED | URBAN), (5, None, HIRED | URBAN), (6, None, URBAN), (7, None, HIRED))


def test_a_case_worked_by_hand(tmp_path: Path):
    """Seven persons at a scale of 1 in 2,000: each stands for 2,000. Nobody was trained, whoever was reached."""
    folder_with(tmp_path, "no_plan", WITHOUT)
    folder_with(tmp_path, "plan", WITH, (POSTS, COURSES))
    both = folders.compare([folders.read(path) for path in folders.find([tmp_path])], None)
    effect = because.find(both.scenarios[1], both.baseline)
    assert effect is not None
    assert (effect.pairs, effect.alone, effect.weight, effect.levers) == (1, 0, 2000.0, 2)
    posts, courses = effect.lines
    assert (posts.thing, posts.lever) == ("took_job", POSTS)
    expected = {"reached": 3, "because": 2, "anyway": 1, "others": 1, "displaced": 1, "net": 2, "urban": 1}
    assert dict(zip(FIELDS, posts.values[0] / 2000, strict=True)) == expected
    assert (courses.thing, courses.values[0, 0]) == ("trained", 2000)
    assert not courses.values[0, 1:].any()
    urban = {
        "reached": 3, "reached_gained": 1, "others_gained": 1, "reached_lost": 0, "others_lost": 1,
        "reached_anyway": 1,
    }  # fmt: skip
    assert dict(zip(URBAN_FIELDS, effect.urban[0] / 2000, strict=True)) == urban


def test_of_a_large_scale_the_sample_is_compared_and_weighs_more(tmp_path: Path):
    """At scale 1 one person in a hundred is known in both runs: the others who were reached are counted, no more."""
    one_in, remainder = touched.stride(1.0), touched.remainder(100)
    assert one_in == 100
    mine = [remainder + 100 * k for k in range(4)]
    stranger = remainder + 1
    with_it = rows(
        *((person, POSTS, HIRED | URBAN) for person in (*mine, stranger)), (mine[0] + 400, None, HIRED)
    )
    without = rows((mine[1], None, HIRED), (mine[2], None, URBAN))
    for name, record, levers in (("no_plan", without, ()), ("plan", with_it, (POSTS,))):
        folder = folder_with(tmp_path, name, None, levers)
        touched.write(record, 1.0, folder / "touched.parquet")
        seal_again(folder)
    both = folders.compare([folders.read(path) for path in folders.find([tmp_path])], None)
    effect = because.find(both.scenarios[1], both.baseline)
    assert effect is not None and effect.weight == 100
    values = dict(zip(FIELDS, effect.lines[0].values[0], strict=True))
    assert values == {
        "reached": 5, "because": 300, "anyway": 100, "others": 100, "displaced": 0, "net": 400, "urban": 300,
    }  # fmt: skip


def test_people_are_paired_as_by_a_dictionary(tmp_path: Path):
    """Born ones have ids that fill 64 bits; some stand in one run alone, and some under two measures."""
    dice = np.random.default_rng(7)
    born = dice.integers(1 << 62, (1 << 62) + 200, 150).astype(np.uint64) * np.uint64(3)
    everybody = np.concatenate([dice.integers(0, 400, 300).astype(np.uint64), born])
    everybody = np.unique(everybody)
    known: list[dict[int, int]] = []
    folder_names = ("no_plan", "plan")
    for name, levers in zip(folder_names, ((), (POSTS, COURSES)), strict=True):
        there = everybody[dice.random(everybody.size) < 0.9]
        became = {int(person): int(dice.integers(1, 4)) * URBAN // 2 | HIRED for person in there}
        became = {person: bits & (HIRED | URBAN) for person, bits in became.items()}
        reached = {lever: there[dice.random(there.size) < 0.2].tolist() for lever in levers}
        touched_by_any = set().union(*reached.values())
        given = [(p, lever, became[p]) for lever, persons in reached.items() for p in persons]
        given += [(p, None, bits) for p, bits in became.items() if p not in touched_by_any]
        folder_with(tmp_path, name, rows(*given), levers)
        known.append(became)
    without, with_it = known
    by_posts = reached[POSTS]
    both = folders.compare([folders.read(path) for path in folders.find([tmp_path])], None)
    effect = because.find(both.scenarios[1], both.baseline)
    assert effect is not None
    posts = dict(zip(FIELDS, effect.lines[0].values[0] / 2000, strict=True))
    urban_only_here = sum(
        bool(bits & URBAN and not without.get(person, 0) & URBAN) for person, bits in with_it.items()
    )
    hired_only_here = sum(
        bool(bits & HIRED and not without.get(person, 0) & HIRED) for person, bits in with_it.items()
    )
    hired_only_there = sum(
        bool(bits & HIRED and not with_it.get(person, 0) & HIRED) for person, bits in without.items()
    )
    assert posts["because"] + posts["others"] == hired_only_here > 0
    assert posts["displaced"] == hired_only_there > 0
    assert posts["because"] == sum(
        bool(with_it[person] & HIRED and not without.get(person, 0) & HIRED) for person in by_posts
    )
    assert posts["anyway"] == sum(
        bool(with_it[person] & HIRED and without.get(person, 0) & HIRED) for person in by_posts
    )
    assert posts["because"] > 0 and posts["anyway"] > 0
    of_urban = dict(zip(URBAN_FIELDS, effect.urban[0] / 2000, strict=True))
    assert of_urban["reached_gained"] + of_urban["others_gained"] == urban_only_here > 0


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> folders.Comparison:
    """Real runs of two years, two seeds, without and with twenty times the doses of the plan."""
    out = tmp_path_factory.mktemp("simulated")
    for name in ("no_plan", "baseline"):
        scenario = load_scenario(name).model_copy(update={"until": "2022-10"})
        levers = scenario.levers
        for group in ("schooling", "employment", "housing"):
            part = getattr(levers, group)
            doses = {name: getattr(part, name) for name in type(part).model_fields}
            more = {
                name: dose.model_copy(update={"total": min(20 * dose.total, LARGEST)})
                for name, dose in doses.items()
                if dose
            }
            levers = levers.model_copy(update={group: part.model_copy(update=more)})
        scenario = scenario.model_copy(update={"levers": levers})
        for seed in (1, 2):
            run_scenario(scenario, scale=0.002, seed=seed, threads=2, out=out)
    return folders.compare([folders.read(path) for path in folders.find([out])], None)


def test_sums_close_exactly(simulated: folders.Comparison):
    """Reached = because + anyway; with - without = because + others - displaced; urban residents as the indicator."""
    plan = next(s for s in simulated.scenarios if s.name == "baseline")
    effect = because.find(plan, simulated.baseline)
    assert effect is not None and effect.pairs == 2
    others = {run.key: run for run in simulated.baseline.runs}
    for pair, run in enumerate(plan.runs):
        for line in effect.lines:
            found = dict(zip(FIELDS, line.values[pair], strict=True))
            assert found["reached"] == found["because"] + found["anyway"] > 0
            assert found["urban"] <= found["reached"]
            if np.isfinite(found["net"]):
                assert found["net"] == found["because"] + found["others"] - found["displaced"]
        urban = dict(zip(URBAN_FIELDS, effect.urban[pair], strict=True))
        net = urban["reached_gained"] + urban["others_gained"] - urban["reached_lost"] - urban["others_lost"]
        ends = [r.values("urban_population", "450000")[-1] for r in (run, others[run.key])]
        assert net == pytest.approx(ends[0] - ends[1], abs=1e-6)
        assert any(urban[name] for name in URBAN_FIELDS[1:5])  # or the equality is one of noughts
        record = because.read(run.folder), because.read(others[run.key].folder)
        for thing, bit in BIT.items():
            totals = [np.sum(r.outcome & bit > 0) / r.scale for r in record if r]
            lines = [line for line in effect.lines if line.thing == thing and np.isfinite(line.values).all()]
            for line in lines:
                assert totals[0] - totals[1] == line.values[pair, FIELDS.index("net")]


def test_a_scenario_against_itself_moves_nobody(simulated: folders.Comparison):
    plan = next(s for s in simulated.scenarios if s.name == "baseline")
    effect = because.find(plan, plan)
    assert effect is not None
    for line in effect.lines:
        values = dict(zip(FIELDS, line.values.T, strict=True))
        assert np.array_equal(values["anyway"], values["reached"])
        for name in ("because", "displaced", "others", "net", "urban"):
            assert not np.nan_to_num(values[name]).any()
    assert not effect.urban[:, 1:5].any()


def words_of(page: Path) -> str:
    """What a reader reads: without the marks that keep an interval on one line."""
    return html.unescape(re.sub(r"</?span[^>]*>|<wbr>", "", page.read_text(encoding="utf-8")))


def test_the_page_says_what_was_found_and_what_it_rests_on(tmp_path: Path):
    for seed in (1, 2):
        folder_with(tmp_path / "runs", "no_plan", WITHOUT, seed=seed)
        folder_with(tmp_path / "runs", "plan", WITH, (POSTS, "housing.new_district_dwellings"), seed=seed)
    folder_with(tmp_path / "runs", "plan", WITH, (POSTS, "housing.new_district_dwellings"), seed=3)
    page = words_of(write_report([tmp_path / "runs"], tmp_path / "page.html"))
    for lang in LANGUAGES:
        assert say("s_because", lang) in page
        assert say("thing_took_job", lang) in page
        assert say("because_pairs", lang, n=2, interval=say("interval_few", lang)) in page
        assert say("because_alone", lang, n=1) in page
        assert say("because_several", lang) in page
    assert "4,000 (4,000 to 4,000)" in page and "0.40（0.40～0.40）" in page
    assert 'Dwellings in new districts on the coast": nobody in the model holds one' in page
    table = (tmp_path / "page_files" / "because.csv").read_text(encoding="utf-8-sig").splitlines()
    assert table[1] == f"plan,took_job,{POSTS},1,6000.0,4000.0,2000.0,2000.0,2000.0,4000.0,2000.0"
    assert (tmp_path / "page_files" / "because_zh.svg").is_file()


def test_the_page_says_where_the_counterpart_is_missing(tmp_path: Path):
    folder_with(tmp_path / "runs", "no_plan", None)
    folder_with(tmp_path / "runs", "plan", WITH, (POSTS,))
    page = words_of(write_report([tmp_path / "runs"], tmp_path / "page.html", lang="en"))
    assert 'plan": these runs hold no record of persons (touched.parquet)' in page
    assert "because_en.svg" not in {path.name for path in (tmp_path / "page_files").iterdir()}


def test_one_scenario_alone_has_nothing_to_say(tmp_path: Path):
    folder_with(tmp_path / "runs", "plan", WITH, (POSTS,))
    page = words_of(write_report([tmp_path / "runs"], tmp_path / "page.html", lang="zh"))
    assert say("because_one_scenario", "zh") in page
