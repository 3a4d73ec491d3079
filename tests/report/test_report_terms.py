"""The texts of the page keep to the words of docs/glossary.md."""

from __future__ import annotations

import pytest

from urbsim.paths import docs_dir
from urbsim.report import texts
from urbsim.report.words import runs, trust

LAST_SECTION = {*trust.TEXTS, *runs.TEXTS}
TECHNICAL = ("随机种子", "参数抽样")  # words that stand in the last section alone


def _rows() -> list[tuple[str, list[str]]]:
    """Word of the page, and what it does not say."""
    glossary = (docs_dir() / "glossary.md").read_text(encoding="utf-8")
    table = glossary.split("## Words of the page")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return [(word, meaning.split("; not ")[1].split("、")) for _, word, _, meaning in lines[1:]]


CHINESE = {key: pair["zh"] for key, pair in texts.TEXTS.items()}
CHINESE |= {f"indicator {key}": pair["zh"] for key, pair in texts.INDICATORS.items()}


def test_there_is_such_a_table():
    assert len(_rows()) >= 8


@pytest.mark.parametrize(("word", "instead"), _rows())
def test_the_page_says_it_as_the_glossary_does(word: str, instead: list[str]):
    assert any(word in text for text in CHINESE.values())
    for other in instead:
        assert [key for key, text in CHINESE.items() if other in text] == []


@pytest.mark.parametrize("word", TECHNICAL)
def test_technical_words_stand_in_the_last_section_alone(word: str):
    assert {key for key, text in CHINESE.items() if word in text} <= LAST_SECTION
