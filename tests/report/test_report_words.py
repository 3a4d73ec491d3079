"""Numbers, dates and the catalogue of texts."""

from __future__ import annotations

import datetime as dt
import pkgutil
import string

import pytest

from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.report import accounts, texts, typeface, wording, words
from urbsim.scenario.catalogue import CATALOGUE


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (0.05, 1, "0.1"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (-0.04, 1, "0.0"),
        (1234567.0, 0, "1,234,567"),
        (1.005, 2, "1.01"),
        (410_260.0, -2, "410,300"),
        (-49.0, -2, "0"),
        (19_517_500.0, -2, "19,517,500"),
    ],
)
def test_rounding_is_half_up_as_in_official_tables(value: float, decimals: int, shown: str):
    assert wording.rounded(value, decimals) == shown


def test_shares_and_people():
    assert wording.percent(0.5594) == "55.9%"
    assert wording.threshold_percent(0.57) == "57%"
    assert wording.threshold_percent(0.57 - 0.005) == "56.5%"
    assert wording.points(0.57 - 0.559) == "1.1"
    assert [wording.about_people(n, "en") for n in (561_234, 9_400, 940, 42)] == [
        "560,000",
        "9,000",
        "900",
        "42",
    ]
    assert [wording.about_people(n, "zh") for n in (561_234, 9_400, 940, 42)] == [
        "56万人",
        "0.9万人",
        "900人",
        "42人",
    ]
    assert [wording.two_figures(n) for n in (2_110_000, 104_000, 19_400, 940, 7)] == [
        10_000,
        10_000,
        1_000,
        10,
        1,
    ]
    assert wording.about_people(19_400, "en", 1_000) == "19,000"
    assert [wording.price(yuan, "en") for yuan in (564_700.0, 95_500.0, 4_321.0, 0.0)] == [
        "560,000",
        "96,000",
        "4,300",
        "0",
    ]
    assert [wording.price(yuan, "zh") for yuan in (1_333_200.0, 564_700.0, 54_000.0, 4_321.0)] == [
        "130万",
        "56万",
        "5.4万",
        "4,300",
    ]
    assert (wording.money(7.957e10, "en"), wording.money(7.957e10, "zh")) == ("79,570", "795.70")
    assert (wording.money(7.957e10, "en", True), wording.money(7.957e10, "zh", True)) == ("79,600", "796")
    assert wording.is_coarse([0.0, 9e5, -1e9, 8e10]) and not wording.is_coarse([9e8, 8e10])
    assert wording.signed("0.00") == "0.00" and wording.signed("1") == "+1" and wording.signed("−1") == "−1"


def test_periods():
    assert wording.period("2023-12", "2023-12", "last", "en") == "at the end of 2023"
    assert wording.period("2023-06", "2023-06", "last", "zh") == "2023年6月末"
    assert wording.period("2021-01", "2023-12", "sum", "zh") == "2021—2023年累计"
    assert wording.period("2021-03", "2022-02", "sum", "en") == "from March 2021 to February 2022"
    assert wording.day(dt.date(2020, 10, 31), "en") == "31 October 2020"


def _every_text() -> list[tuple[str, dict[str, str]]]:
    flat = [
        *texts.TEXTS.items(),
        *texts.INDICATORS.items(),
        *texts.SETTINGS.items(),
        *texts.SETTING_PARTS.items(),
        *(
            (key, {lang: lever.name_and_unit(lang) for lang in texts.LANGUAGES})
            for key, lever in CATALOGUE.items()
        ),
    ]
    return flat + [(path, pair) for path, values in texts.SETTING_VALUES.items() for pair in values.values()]


def test_every_file_of_words_is_read_and_no_key_stands_in_two():
    read = {section.__name__.rpartition(".")[2] for section in texts.SECTIONS}
    assert read == {module.name for module in pkgutil.iter_modules(words.__path__)}
    assert sum(len(section.TEXTS) for section in texts.SECTIONS) == len(texts.TEXTS)


def test_every_text_stands_in_both_languages_with_the_same_blanks():
    for key, pair in _every_text():
        assert set(pair) == {"en", "zh"}, key
        assert all(pair.values()), key
        blanks = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair.values()
        ]
        if key not in ("components_note", "trust_scale", "thousand"):
            assert blanks[0] == blanks[1], key


def test_no_english_text_holds_signs_that_the_typeface_sets_a_chinese_width_wide():
    for key, pair in _every_text():
        assert not set(pair["en"]) & set("“”‘’…—·"), key


def test_the_shipped_typeface_covers_all_texts_and_place_names():
    shown = "".join(text for _, pair in _every_text() for text in pair.values())
    shown += "".join(
        name
        for place in gazetteer.places().values()
        for name in (*place.name.values(), *place.short.values())
    )
    shown += wording.MINUS + "0123456789,.%+–→"
    assert set(shown) - set("\n") <= typeface.covered()


def test_chinese_names_of_indicators_are_the_official_ones_of_the_code():
    for name, pair in texts.INDICATORS.items():
        if name in INDICATORS:
            assert pair["zh"] == INDICATORS[name].zh, name


def test_settings_speak():
    jobs = [{"from": "2021-07", "value": 0.5}, {"from": "2023-01", "value": 0.8}]
    say = texts.setting_value
    assert say("conditions.outside_jobs", jobs, "en") == "from 2021-07 times 0.5; from 2023-01 times 0.8"
    assert say("conditions.outside_jobs", jobs, "zh") == "2021-07起为基期的0.5倍；2023-01起为基期的0.8倍"
    assert say("conditions.outside_wage_per_year", -0.03, "en") == "−3%"
    assert say("conditions.outside_wage_per_year", None, "zh") == "按模型参数"
    assert say("conditions.reclassification", "frozen", "zh") == "冻结"
    dose = {"total": 15000.0, "from": "2021-11", "to": "2023-12"}
    lever = "levers.housing.public_rental_units"
    assert say(lever, dose, "en") == "15,000, from 2021-11, to 2023-12"
    assert say(lever, dose, "zh") == "15,000，2021-11起，至2023-12"
    assert (say(lever, None, "en"), say(lever, None, "zh")) == ("none", "无")
    assert texts.setting_name(lever, "zh") == "公共租赁住房（套）"
    assert texts.setting_name("committed.housing.public_rental_units", "en").endswith("(committed)")
    office = {"awareness": 0.85, "processing_months": 6.0, "from": "2021-11"}
    assert (
        say("levers.settlement.office", office, "en")
        == "85% know of it, 6 months to the permit, from 2021-11"
    )
    rule = {"name": "nanning_2012", "from": "2020-11"}
    assert say("levers.settlement.rule", rule, "zh") == "南宁市2012年落户条件，2020-11起"


def test_the_unit_of_a_lever_is_said_once():
    def names(key: str) -> list[str]:
        return [texts.setting_name(f"levers.{key}", "en"), texts.setting_name(f"levers.{key}", "zh")]

    assert names("employment.training") == ["Subsidised training, person-times", "补贴性职业技能培训（人次）"]
    assert names("housing.rent_subsidy_households") == ["Rent subsidies, households", "住房租赁补贴（户）"]
    assert names("schooling.primary_places") == ["Primary school places", "公办小学学位"]
    assert names("settlement.office") == ["Publicity and offices", "政策宣传与办理"]
    assert texts.measure_name("employment.training", "en") == "Subsidised training"
    assert texts.measure_name("housing.rent_subsidy_households", "zh") == "住房租赁补贴"


def test_every_indicator_shown_has_a_name_and_a_unit():
    shown = [
        *accounts.JOBS,
        *accounts.JOBS_TABLE,
        *(one for each in accounts.SERVICES.values() for one in each),
    ]
    for name in (*accounts.STOCKS, *accounts.FLOWS, *(name for name, _ in shown)):
        assert name in INDICATORS and name in texts.INDICATORS, name
        assert f"unit_{accounts.unit_of(name)}" in texts.TEXTS, name
    assert all((how == "stock") == (INDICATORS[name].kind != "flow") for name, how in shown)


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_lines_and_circles_have_names(lang: str):
    for line in gazetteer.railway_lines():
        said = texts.setting_value("committed.transport.openings", {line: "2022-12"}, lang)
        assert line not in said and said.endswith("2022-12")
    for circle in gazetteer.travel_circles():
        said = texts.setting_value("levers.transport.circles", {circle: {"share": 1}}, lang)
        assert circle not in said and gazetteer.travel_circle_names()[circle][lang] in said
