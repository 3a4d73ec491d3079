"""Ctrl-C, and a request to end, are kept until a run comes to a place where it can stop, and no longer."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from urbsim.compute.interruption import Ended, ending_in_order, heed, kept_until_heeded
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


# --- requests to end

REQUESTS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.fixture
def usual_requests():
    """As a program begins: the system ends it at once."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in REQUESTS}
    yield
    for number, way in before.items():
        assert signal.getsignal(number) is signal.SIG_DFL
        signal.signal(number, way)


@pytest.mark.parametrize("number", REQUESTS)
def test_a_request_to_end_raises(usual_requests, number: int):
    with pytest.raises(Ended) as raised, ending_in_order():
        signal.raise_signal(number)
    assert raised.value.code == 128 + number


@pytest.mark.parametrize("number", REQUESTS)
def test_a_request_to_end_is_kept_like_ctrl_c(usual_requests, number: int):
    reached = []
    with pytest.raises(Ended) as raised, ending_in_order(), kept_until_heeded():
        signal.raise_signal(number)
        reached.append("went on")
        heed()
        reached.append("too far")
    assert reached == ["went on"] and raised.value.code == 128 + number


def test_after_ctrl_c_a_request_to_end_is_not_kept(usual_requests):
    with pytest.raises(Ended), ending_in_order(), kept_until_heeded():
        press()
        signal.raise_signal(REQUESTS[0])


def test_who_has_an_own_way_with_requests_keeps_it(usual_requests):
    """As under nohup, where the end of the terminal is ignored."""
    usual = signal.signal(REQUESTS[-1], signal.SIG_IGN)
    with ending_in_order(), kept_until_heeded():
        signal.raise_signal(REQUESTS[-1])
        heed()
    signal.signal(REQUESTS[-1], usual)


def test_a_block_within_does_not_answer_for_the_one_around_it():
    with pytest.raises(KeyboardInterrupt), kept_until_heeded():
        with kept_until_heeded():
            press()
        heed()


# --- Ctrl-C again


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
