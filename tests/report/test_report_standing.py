"""What the numbers of runs rest on: priors and a fit that was left stand above everything, a fit in section 11."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from invented_runs import FITTED_STAMP

from urbsim.report.page import write_report
from urbsim.report.standing import REASONS_SHOWN, banner, line, reason, standing
from urbsim.report.texts import LANGUAGES, say
from urbsim.results.fit_stamp import REASONS

PRIORS_STAMP = {"status": "priors"}
SOON = {"until": dt.date(2020, 11, 30)}


def off(*why: str) -> dict[str, object]:
    """The stamp of a run that is off the fit."""
    return {**FITTED_STAMP, "status": "off the fit", "why": list(why)}


def test_the_weakest_run_speaks_for_all():
    assert standing([FITTED_STAMP]).status == "fitted"
    assert standing([FITTED_STAMP, off("a")]).status == "off the fit"
    assert standing([off("a"), PRIORS_STAMP, FITTED_STAMP]).status == "priors"
    assert standing([{}]).status == "priors"  # a run that does not say


def test_reasons_are_said_once_and_the_rest_counted():
    many = [f"parameter p{n} has other numbers" for n in range(REASONS_SHOWN + 2)]
    said = banner(standing([off(*many), off(many[0])]), "en")
    assert said.count(many[0]) == 1 and many[REASONS_SHOWN - 1] in said
    assert many[REASONS_SHOWN] not in said and "; and 2 more" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fit_names_its_protocol_and_has_no_banner(lang: str):
    found = standing([FITTED_STAMP])
    assert banner(found, lang) == ""
    assert "invented" in line(found, lang) and "VALIDATION.md" in line(found, lang)


@pytest.mark.parametrize("stamp", [PRIORS_STAMP, off("parameter beta_w has other numbers")])
def test_a_page_without_a_fit_says_so_first(
    small: Callable[..., Path], tmp_path: Path, stamp: dict[str, object]
):
    page = write_report([small("plan", fit=stamp, **SOON)], tmp_path / "page.html").read_text("utf-8")
    for lang in LANGUAGES:
        start = page.index(f'<article lang="{lang}"')
        first = page[start:].split("\n", 2)[1]
        assert 'role="alert"' in first and banner(standing([stamp]), lang) in first


def test_the_page_of_a_fit_begins_without_an_alarm(small: Callable[..., Path], tmp_path: Path):
    page = write_report([small("plan", **SOON)], tmp_path / "page.html").read_text("utf-8")
    assert 'role="alert"' not in page
    assert say("standing_priors", "en") not in page


@pytest.mark.parametrize(
    "why", [text.format(name="beta_w", value="one of three") for text in REASONS.values()]
)
def test_a_reason_is_said_in_chinese_and_keeps_its_names(why: str):
    said = reason(why, "zh")
    assert said != why and "beta_w" in said and "校准" in said
    assert reason(why, "en") == why


def test_a_reason_of_another_version_stands_in_its_own_words():
    assert reason("the moon was full", "zh") == "the moon was full"
