"""The site builds without a warning, leads nowhere that is not there, asks nothing from outside, and forgets nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
import typer
from documents import ROOT

from urbsim.cli import app
from urbsim.explain import KINDS

_VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Page(HTMLParser):
    """What a page leads to, what it loads, what it can be led to, its text, and the texts of its headings."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.headings: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.ids |= {said[name] for name in ("id", "name") if name in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "link" and "href" in said:
            (self.loads if said.get("rel") in ("stylesheet", "icon", "preload") else self.links).append(
                said["href"]
            )
        elif "src" in said:
            self.loads.append(said["src"])
        if tag not in _VOID:
            self._open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            self.text += data
        if any(re.fullmatch(r"h[1-6]", tag) for tag in self._open):
            self.headings[-1] += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = re.search(
        r"^\t\$\(BIN\)/python (-m sphinx .*) build/site$", (ROOT / "Makefile").read_text(), re.M
    )
    assert command
    done = subprocess.run(
        [sys.executable, *command[1].split(), "-d", str(folder / "doctrees"), str(folder / "html")],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Imports a module that stands beside the documents."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    monkeypatch.syspath_prepend(ROOT / "docs" / "site")
    yield lambda name: __import__(name)


def test_no_link_inside_is_dead(site: Path, pages: dict[Path, Page]):
    dead = []
    for path, page in pages.items():
        for link in {*page.links, *page.loads}:
            if re.match(r"[a-z]+:", link):
                continue
            file, _, anchor = unquote(link).partition("#")
            target = (path.parent / file.partition("?")[0]).resolve() if file else path
            if not target.is_file():
                dead.append(f"{path.relative_to(site)}: {link}")
            elif anchor and target.suffix == ".html" and anchor not in pages[target].ids:
                dead.append(f"{path.relative_to(site)}: {link} (no such place)")
    assert not dead, dead
    assert len(pages) > 100


def test_nothing_is_fetched_when_it_is_read(site: Path, pages: dict[Path, Page]):
    outside = {load for page in pages.values() for load in page.loads if re.match(r"[a-z]+:|//", load)}
    outside = {load for load in outside if not load.startswith("data:")}
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert not outside
    assert not re.findall(r"(?:url\(|@import )[\"']?(?:https?:|//)", styles)


def test_every_command_and_option_stands_in_the_reference(site: Path):
    page = Page(site / "docs" / "reference" / "commands.html")
    said = {heading.rstrip("#¶") for heading in page.headings}
    group = typer.main.get_command(app)
    commands = group.commands  # pyright: ignore[reportAttributeAccessIssue]
    assert len(commands) == len(app.registered_commands) > 12
    assert {f"urbsim {name}" for name in commands} <= said
    text = " ".join(page.text.split())
    for command in commands.values():
        for each in command.params:
            named = ", ".join(each.opts) if each.param_type_name == "option" else ""
            assert f"{named} {each.metavar or ''}".strip() in text
        assert {option for each in command.params for option in each.opts if option[0] == "-"} <= set(
            re.findall(r"--?[a-z][a-z-]*", page.text)
        )


def test_everything_with_a_name_stands_in_the_reference(pages: dict[Path, Page]):
    headings = {
        h.rstrip("#¶")
        for path, page in pages.items()
        if path.parent.name == "reference"
        for h in page.headings
    }
    headings |= {
        heading.rpartition(".")[2] for heading in headings
    }  # of a condition, whose group stands before it
    of_pages = ("levers", "groups", "rules", "parameters", "conditions", "behaviour", "indicators", "targets")
    shown = {
        kind.plural: kind
        for kind in KINDS
        if kind.plural in (*of_pages, "scenarios", "sources", "priors", "conflicts")
    }
    assert len(shown) == 12
    shipped = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    for plural, kind in shown.items():
        missing = (set(kind.names()) & shipped if plural == "scenarios" else set(kind.names())) - headings
        assert not missing, f"{plural}: {sorted(missing)}"


def test_the_front_page_quotes_the_readme(site: Path):
    said = " ".join(Page(site / "docs" / "index.html").text.split())
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    verdict = re.search(r"^\*\*Current verdict.*?(?=\n\n)", readme, re.MULTILINE | re.DOTALL)
    assert verdict
    figures = re.findall(r"\d[\d.,%]*\d%?", verdict[0])
    assert len(figures) > 5 and all(figure in said for figure in figures)
    assert "Read limitations before you quote a number." in said


def test_a_link_to_code_leads_to_the_definition(site: Path):
    page = (site / "files" / "urbsim" / "month.py.html").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines() if 'id="step"' in line)
    assert "def" in line and "step" in line


# --- the parts


def test_an_excerpt_is_a_section_or_a_paragraph_with_its_links_moved(beside, monkeypatch, tmp_path: Path):
    repository = beside("repository")
    (tmp_path / "docs").mkdir()
    text = "# T\n\n**One** [a](docs/a.md#b) and\n`[b](c.md)`.\n\n## Two\n\n![x](docs/x.png) [h](#h) [w](https://w)\n\n## Three\n"
    (tmp_path / "R.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(repository, "ROOT", tmp_path)
    assert repository.excerpt("R.md", "paragraph", "**One") == "**One** [a](a.md#b) and\n`[b](c.md)`."
    assert repository.excerpt("R.md", "section", "Two") == "![x](docs/x.png) [h](#h) [w](https://w)"
    with pytest.raises(LookupError, match="no section 'Four'"):
        repository.excerpt("R.md", "section", "Four")


def test_text_is_not_taken_for_markup(beside):
    escaped = beside("reference")._escaped
    assert escaped("a*b* `c*d` <e> [f](g) | x_y") == r"a\*b\* `c*d` \<e\> \[f\](g) \| x\_y"
    assert escaped("a lone ` tick") == "a lone   tick"


def test_the_reference_takes_the_place_of_its_mark_one_level_down(beside):
    reference = beside("reference")
    page = "# A\n\n## B\n\n<!-- reference: rules -->\nelsewhere\n<!-- end -->\n\nafter\n"
    said = reference.replaced(page)
    assert "### `open_2019`\n\nlawful stable residence or work" in said and "elsewhere" not in said
    assert ":unit: months of work asked for" in said and said.endswith("\n\nafter\n")
    with pytest.raises(LookupError, match="no kind of things is called nonsense"):
        reference.replaced("<!-- reference: nonsense -->\n<!-- end -->")


def test_the_flow_chart_has_the_month_in_its_order(beside):
    source = '"""M.\n\n1  one    first\n2  two    second, third\n"""\n\n\ndef step(world):\n    """."""\n    world.begin()\n'
    source += "    a(world)  # 1\n    b(world)\n    kept = c(world)  # 2, 1: last\n"
    chart = beside("flow_chart")
    assert chart.stages_of(source) == [("one", "first", ["a", "b", "c"]), ("two", "second, third", ["c"])]
    drawn = chart.flow_chart()
    for name, text, calls in chart.stages_of(chart.MONTH.read_text(encoding="utf-8")):
        assert name in drawn and text.split()[0] in drawn and all(call in drawn for call in calls)
