"""Ctrl-C is kept until a run comes to a place where it can stop, and no longer."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from urbsim.compute.interruption import heed, kept_until_heeded
from urbsim.compute.threads import Chunks
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.foreground import run_scenario


@pytest.fixture(autouse=True)
def as_python_begins():
    """A test run in the background inherits that Ctrl-C is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    heed()
    signal.signal(signal.SIGINT, before)


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_it_is_kept_until_it_is_heeded():
    reached = []
    with pytest.raises(KeyboardInterrupt), kept_until_heeded():
        heed()
        press()
        reached.append("went on")
        heed()
        reached.append("too far")
    assert reached == ["went on"]


def test_it_is_kept_to_the_end_at_the_latest():
    reached = []
    with pytest.raises(KeyboardInterrupt), kept_until_heeded():
        press()
        reached.append("went on")
    assert reached == ["went on"]


def test_a_second_one_is_not_kept():
    reached = []
    with pytest.raises(KeyboardInterrupt), kept_until_heeded():
        press()
        press()
        reached.append("too far")
    assert reached == []


def test_an_error_is_not_hidden_by_it():
    with pytest.raises(ValueError), kept_until_heeded():
        press()
        raise ValueError


def test_who_has_an_own_way_with_it_keeps_it():
    pressed = []
    usual = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        with kept_until_heeded():
            press()
            assert pressed == [signal.SIGINT]
            heed()
    finally:
        signal.signal(signal.SIGINT, usual)


def test_another_thread_neither_keeps_nor_heeds_it():
    seen = []

    def work() -> None:
        with kept_until_heeded():
            heed()
            seen.append(signal.getsignal(signal.SIGINT))

    def run() -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    run()
    assert seen == [signal.default_int_handler]
    with pytest.raises(KeyboardInterrupt), kept_until_heeded():
        press()
        run()
        assert len(seen) == 2


def test_shared_work_is_not_begun_after_it():
    begun = []
    with pytest.raises(KeyboardInterrupt), kept_until_heeded():
        press()
        Chunks(1).map(lambda lo, hi: begun.append(lo), 100)
    assert begun == []


def test_a_run_stops_within_a_month_and_leaves_nothing(tmp_path: Path):
    told: list[str] = []

    def progress(fraction: float, text: str) -> None:
        told.append(text)
        if len(told) == 2:
            press()

    with pytest.raises(KeyboardInterrupt):
        run_scenario(load_scenario("no_plan"), 0.001, out=tmp_path, progress=progress)
    assert len(told) == 3 and told[2].startswith("stopping") and list(tmp_path.iterdir()) == []
