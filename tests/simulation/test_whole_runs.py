"""A whole run by the plain twins, and runs on any number of threads, leave the same fingerprint."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from urbsim.compute.threads import Chunks
from urbsim.processes.implementation import Implementation, compiled, plain
from urbsim.results import store
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.build import build_world
from urbsim.simulation.foreground import run_scenario
from urbsim.simulation.model import UrbanisationModel

SCENARIO = load_scenario("no_plan")


def test_twins_and_kernels_leave_the_same_fingerprint():
    """All 38 months, about 117,000 persons: three Septembers, Junes and Octobers among them."""
    compiled = run_scenario(SCENARIO, scale=0.002, threads=2)
    plain = run_scenario(SCENARIO, scale=0.002, threads=1, plain=True)
    assert compiled.summary["months"] == 38
    assert compiled.summary["fingerprint"] == plain.summary["fingerprint"]
    np.testing.assert_array_equal(np.concatenate(compiled.movers), np.concatenate(plain.movers))
    for ours, theirs in zip(compiled.touched, plain.touched, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_twins_and_kernels_leave_the_same_persons():
    """Fourteen months, every column of every person: more than the counts of the fingerprint show."""
    engines = (compiled(), plain())
    worlds = [build_world(SCENARIO, scale=0.001, threads=1, engine=engine) for engine in engines]
    models = [UrbanisationModel(world=world) for world in worlds]
    for _ in range(14):
        for model in models:
            model.step()
        one, other = worlds
        assert one.n == other.n
        for name, a, b in zip(one.people._fields[1:], one.people[1:], other.people[1:], strict=True):
            assert np.array_equal(a[: one.n], b[: one.n]), (name, one.month)
        ours, theirs = (world.moving.absences.cohorts for world in worlds)
        assert ours.keys() == theirs.keys()
        for month in ours:
            np.testing.assert_array_equal(np.concatenate(ours[month]), np.concatenate(theirs[month]))
        np.testing.assert_array_equal(one.demography.seekers, other.demography.seekers)


@pytest.fixture(scope="module")
def serial_fingerprint() -> str:
    return run_scenario(SCENARIO, scale=0.002, threads=1).summary["fingerprint"]


@pytest.mark.parametrize(("threads", "chunk"), [(1, 576), (2, None), (2, 4096), (3, 1000), (8, 12345)])
def test_threads_and_chunks_change_nothing(serial_fingerprint: str, threads: int, chunk: int | None):
    run = run_scenario(SCENARIO, scale=0.002, threads=threads, chunk=chunk)
    assert run.summary["fingerprint"] == serial_fingerprint


def watched(engine: Implementation, seen: dict[int, set[int]]) -> Implementation:
    """The engine with a screening that takes down which thread works on which piece."""

    def candidates(lo: int, *rest):
        seen.setdefault(threading.get_ident(), set()).add(lo)
        time.sleep(0.0005)  # long enough that one thread cannot take every piece before another wakes
        return engine.screening.candidates(lo, *rest)

    return replace(engine, screening=SimpleNamespace(candidates=candidates))  # type: ignore[arg-type]


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_several_threads_work_on_several_pieces(serial_fingerprint: str, threads: int):
    """The equality above is worth something only if the work was shared: two threads or more, other pieces each."""
    world = build_world(SCENARIO, scale=0.002, threads=threads, chunk=8192)
    seen: dict[int, set[int]] = {}
    world.engine = watched(world.engine, seen)
    model = UrbanisationModel(world=world)
    chunks = world.chunks
    model.run_months(38)
    lines = list(model.observer.fingerprint_lines())
    model.release()
    assert 2 <= len(seen) <= threads  # the main thread is one of them
    assert all(len(pieces) >= 2 for pieces in seen.values())
    assert len(set().union(*seen.values())) >= 14  # 117,000 rows in pieces of 8,192
    assert chunks.pieces_run > 38 * 14
    assert store.fingerprint(lines) == serial_fingerprint


def test_pieces_cover_the_rows_once_in_order():
    for rows, threads, chunk in [
        (0, 2, None),
        (1, 1, None),
        (64, 1, 64),
        (65, 3, 64),
        (10**6, 3, None),
        (999, 2, 100),
    ]:
        chunks = Chunks(threads, chunk)
        pieces = chunks.pieces(rows)
        assert [row for lo, hi in pieces for row in (lo, hi)] == sorted(
            row for piece in pieces for row in piece
        )
        assert sum(hi - lo for lo, hi in pieces) == rows
        assert all(lo % 64 == 0 for lo, _ in pieces)
        chunks.close()


@pytest.mark.parametrize("threads", [2, 3])
def test_small_samples_are_cut_into_as_many_pieces_for_each_thread(threads: int):
    chunks = Chunks(threads)
    for rows, listed in ((150_000, False), (588_025, False), (20_000, True), (60_000, True)):
        sizes = [hi - lo for lo, hi in chunks.pieces(rows, listed)]
        assert len(sizes) % threads == 0
        assert max(sizes) - min(sizes) < 64 * len(sizes)
    chunks.close()


def test_what_is_few_is_done_by_the_caller():
    """No other thread is asked, for to ask it would take longer."""
    chunks, who = Chunks(2), threading.get_ident
    for listed in (False, True):
        assert chunks.map(lambda lo, hi: who(), 1000, listed) == [who()]
    for _ in range(20):
        assert chunks.at_once([lambda: (time.sleep(0.001), who())[1]] * 2, 1000) == [who()] * 2
    chunks.close()


def test_results_come_in_the_order_of_rows_whoever_is_first():
    chunks = Chunks(4, 64)

    def kernel(lo: int, hi: int) -> int:
        time.sleep(0.02 if lo == 0 else 0)
        return lo

    assert chunks.map(kernel, 64 * 20) == list(range(0, 64 * 20, 64))
    chunks.close()


def test_after_an_error_no_piece_is_begun_and_none_goes_on():
    chunks = Chunks(2, 64)
    running, begun = [], []

    def kernel(lo: int, hi: int) -> None:
        begun.append(lo)
        running.append(lo)
        try:
            if lo == 0:
                raise MemoryError
            time.sleep(0.02)
        finally:
            running.remove(lo)

    with pytest.raises(MemoryError):
        chunks.map(kernel, 64 * 50)
    assert running == [] and len(begun) < 10
    chunks.close()


def test_others_begin_while_the_caller_does_something_else():
    chunks, going, may_end = Chunks(2, 64), threading.Event(), threading.Event()

    def kernel(lo: int, hi: int) -> tuple[int, int]:
        going.set()
        assert may_end.wait(10)
        return lo, threading.get_ident()

    finish = chunks.begin(kernel, 64 * 8)
    assert going.wait(10)  # the other thread is at work, and the caller is free ...
    assert chunks.map(lambda lo, hi: lo, 64 * 3) == [0, 64, 128]  # ... even for pieces of something else
    may_end.set()
    found = finish()
    assert [lo for lo, _ in found] == list(range(0, 64 * 8, 64))
    assert found[0][1] != threading.get_ident()
    chunks.close()


def test_what_was_begun_hides_no_error():
    chunks, failed = Chunks(2, 64), threading.Event()

    def kernel(lo: int, hi: int) -> None:
        failed.set()
        raise MemoryError

    finish = chunks.begin(kernel, 64 * 8)
    assert failed.wait(10)
    with pytest.raises(MemoryError):
        finish()
    chunks.close()


def test_a_smaller_switch_interval_changes_nothing(serial_fingerprint: str):
    """Threads that take turns a thousand times more often still leave the same fingerprint."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    try:
        run = run_scenario(SCENARIO, scale=0.002, threads=4, chunk=2048)
    finally:
        sys.setswitchinterval(usual)
    assert run.summary["fingerprint"] == serial_fingerprint
