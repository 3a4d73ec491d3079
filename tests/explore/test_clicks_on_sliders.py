"""A headless browser moves sliders on the page that is served, and gets answers and a scenario file."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from browsers import BROWSER, Page, browser

from urbsim.emulator.answer import Setting, answer
from urbsim.explore import server
from urbsim.explore.server import Explorer
from urbsim.scenario.reader import load_scenario

pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")
FIRST = "#en-explorer-1-programme-0"
MEDIAN = "document.querySelector('article[lang=en] [data-outcome=T1] .value').textContent"


class InventedJob:
    """Takes the place of a run that is done at the second look. answers: what it comes to."""

    answers: dict[str, Any]

    def __init__(self, *given: Any) -> None:
        self.looks = 0

    @property
    def is_running(self) -> bool:
        return self.looks < 2

    def stop(self) -> None:
        self.looks = 2

    def state(self) -> dict[str, Any]:
        self.looks += 1
        said = {"done": self.looks, "of": 2, "seconds": 1.0}
        return (
            {"state": "running", **said}
            if self.is_running
            else {"state": "done", **said, "answer": self.answers}
        )


@pytest.fixture
def address(explorer: Explorer) -> Any:
    """The page, served by the real server in a thread."""
    import uvicorn

    listening = server.bound(0)
    port = listening.getsockname()[1]
    config = uvicorn.Config(server.application(explorer, port), log_level="error", ws="none")
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=serving.run, args=([listening],), daemon=True)
    thread.start()
    while not serving.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/"
    serving.should_exit = True
    thread.join(20)
    listening.close()


@pytest.fixture
def page(tmp_path: Path) -> Any:
    with browser(tmp_path) as found:
        yield found


def test_sliders_answer_run_exactly_and_save(
    address: str, page: Page, explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    page.open(address)
    page.wait("document.querySelector('.outcome .value').textContent")
    emulator = explorer.emulator
    first, open_ = (1.0,) * len(emulator.levers), (None,) * len(emulator.conditions)
    plan = answer(emulator, Setting(first, open_))["T1"]
    assert page.ask(MEDIAN) == f"{100 * plan.median:.1f}%"
    assert "± 0.010 points" in page.ask(
        "document.querySelector('article[lang=en] [data-outcome=T1] .error').textContent"
    )

    # A click on "Nothing" takes all doses away; the answer is there at the next frame.
    page.click("#en-explorer-1 .at_nothing")
    assert page.ask(MEDIAN) == "56.1%"
    # The slider of a programme moves all its levers, by the keys of the keyboard, too.
    page.click(FIRST)
    page.ask(f"document.querySelector('{FIRST}').focus()")
    page.press("End", 35)
    doses = tuple(2.0 if lever.programme == 0 else 0.0 for lever in emulator.levers)
    moved = answer(emulator, Setting(doses, open_))["T1"]
    added = "document.querySelector('article[lang=en] [data-outcome=T1] .added').textContent"
    assert f"+{100 * moved.added:.3f} points" in page.ask(added)
    assert page.ask(
        "(() => { const at = performance.now(), s = document.querySelector('#en-explorer-1-programme-1');"
        " s.value = 1.5; s.dispatchEvent(new Event('input')); return performance.now() - at; })()"
    ) < 300  # fmt: skip

    # The other language follows.
    page.click("label[for=show-zh]")
    assert page.ask("getComputedStyle(document.querySelector('article[lang=zh]')).display") == "block"
    assert page.ask("document.querySelector('#zh-explorer-1-programme-1').value") == "1.5"
    page.click("label[for=show-en]")

    # An exact run takes the place of the answer, and says how far the emulator was off.
    page.click("#en-explorer-1 .at_plan")
    exact = {
        "median": 0.581, "low": 0.57, "high": 0.59, "added": 0.006, "central": 0.58, "central_added": 0.006,
        "probability": {"T1": 0.8, "T1 strict": 0.6}, "one_run": False,
    }  # fmt: skip
    InventedJob.answers = {outcome.id: exact for outcome in emulator.outcomes}
    monkeypatch.setattr(server, "Job", InventedJob)
    page.click("#en-explorer-1 button.run")
    page.wait("document.querySelector('article[lang=en] [data-outcome=T1]').classList.contains('exact')")
    assert page.ask(MEDIAN) == "58.1%"
    off = page.ask("document.querySelector('article[lang=en] [data-outcome=T1] .error').textContent")
    assert "off by" in off and f"{100 * plan.added:+.3f} points" in off
    page.click("#en-explorer-1 .at_nothing")  # other settings: the emulator speaks again
    assert page.ask(MEDIAN) == "56.1%"

    # What is set is saved as a scenario file.
    page.downloads_to(tmp_path)
    page.click("#en-explorer-1 .save")
    file = tmp_path / "my_scenario.yaml"
    end = time.monotonic() + 60
    while not file.is_file() and time.monotonic() < end:
        page.ask("0")
        time.sleep(0.05)
    assert load_scenario(file).digest() == load_scenario("no_plan").digest()
    assert not page.told, page.told
    assert {each.split("/")[2] for each in page.asked if each.startswith("http")} == {address.split("/")[2]}


def test_a_name_that_is_none_is_refused_on_the_page(address: str, page: Page):
    page.open(address + "#zh", width=390)
    page.wait("document.querySelector('.outcome .value').textContent")
    assert page.ask("document.documentElement.scrollWidth") <= 390
    page.ask("document.querySelector('#zh-explorer-1-name').value = '../x'")
    page.click("#zh-explorer-1 .save")
    page.wait("document.querySelector('article[lang=zh] .state').textContent.includes('is not a name')")
