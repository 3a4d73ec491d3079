"""The page on licences of the data says of every class of source what sources.csv says, and no more."""

from __future__ import annotations

import re

from documents import ROOT

from urbsim.facts.grades import KINDS
from urbsim.facts.register import sources


def page() -> str:
    return (ROOT / "docs" / "data_licences.md").read_text(encoding="utf-8")


def test_every_kind_of_source_is_explained():
    explained = re.findall(r"`(\w+)`", "".join(re.findall(r"^- (`[^:]+):", page(), re.MULTILINE)))
    assert sorted(explained) == sorted({source.kind for source in sources().values()})
    assert set(explained) <= set(KINDS)


def test_every_source_has_a_word_on_its_licence():
    assert [source.source_id for source in sources().values() if not source.licence.strip()] == []


def test_every_licence_stated_is_explained_and_every_one_explained_is_stated():
    stated = {source.licence.split(" ")[0] for source in sources().values()} - {"not"}
    assert set(re.findall(r"^- \*\*(.+?)\.\*\*", page(), re.MULTILINE)) == stated


def test_the_table_counts_every_source():
    counted = re.findall(r"^\| `\w+` \| [^|]+ \| (\d+) \|", page(), re.MULTILINE)
    assert sum(map(int, counted)) == len(sources())
