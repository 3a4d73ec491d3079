"""Pieces that are begun: the other threads do them while the caller is busy, after what the caller shares out."""

from __future__ import annotations

from threading import Event

import pytest

from urbsim.compute.threads import Chunks

SOON = 20.0  # seconds after which a test that hangs fails


def test_what_is_begun_gives_way_to_what_is_shared_out_meanwhile():
    chunks, order = Chunks(2, chunk=64), []
    under_way, asked, helped = Event(), Event(), Event()

    def begun(lo: int, hi: int) -> int:
        under_way.set()
        assert asked.wait(SOON)
        order.append(lo)
        return lo

    def busy() -> str:
        asked.set()
        assert helped.wait(SOON)
        return "caller"

    def help_out() -> str:
        order.append(-1)
        helped.set()
        return "other"

    finish = chunks.begin(begun, 256)
    assert under_way.wait(SOON)  # the other thread is in the first piece, the caller in none
    assert chunks.at_once([busy, help_out]) == ["caller", "other"]
    assert order[:2] == [0, -1]  # the first piece was ended, and no second one begun before
    assert finish() == [0, 64, 128, 192]
    chunks.close()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_nothing_that_was_begun_is_under_way_when_it_has_ended(threads: int):
    chunks, ended = Chunks(threads, chunk=64), []
    for _ in range(50):
        finish = chunks.begin(lambda lo, hi: ended.append(lo), 64 * 9)
        chunks.map(lambda lo, hi: None, 64 * 5)
        finish()
        assert sorted(ended) == [64 * k for k in range(9)]
        ended.clear()
    chunks.close()


def test_an_error_in_a_piece_that_was_begun_is_raised_and_stops_the_others():
    chunks, done = Chunks(2, chunk=64), []

    def fail(lo: int, hi: int) -> None:
        done.append(lo)
        raise ValueError(f"piece {lo}")

    with pytest.raises(ValueError, match="piece"):
        chunks.begin(fail, 64 * 100)()
    assert len(done) <= 2  # one in each thread
    chunks.close()
