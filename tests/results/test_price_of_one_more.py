"""The price of one more: an interval where the gain is away from zero, one side or none where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbsim.results.price import Apart, Price, in_words, price


def of(gained: list[float], yuan: list[float] | float = 100.0, first: int = 1) -> Price:
    spent = yuan if isinstance(yuan, list) else [yuan] * len(gained)
    return price(Apart(draw, *each) for draw, each in enumerate(zip(spent, gained, strict=True), first))


def test_twenty_one_draws_that_all_gain_have_an_interval():
    """100 yuan gain 10 to 30, one more in each draw: 5% at 11, the middle 20, 95% at 29: yuan 100/29 to 100/11."""
    found = of([float(k) for k in range(10, 31)])
    assert found.status == "interval" and (found.pairs, found.draws, found.gained_in) == (21, 21, 1)
    each = found.yuan_each
    assert (each.low, each.median, each.high) == pytest.approx((100 / 29, 5, 100 / 11))
    assert each.ratio_of_means == pytest.approx(5)
    assert vars(found.gained) == pytest.approx({"mean": 20, "low": 11, "high": 29})
    assert vars(found.more_yuan) == {"mean": 100, "low": 100, "high": 100}


def test_where_the_gain_may_be_zero_the_price_has_a_lower_end_alone():
    """100 yuan gain -5 to 15: 5% at -4, 95% at 14. Yuan 100/14 at least; no quantile above, no mean over mean."""
    found = of([float(k) for k in range(-5, 16)])
    assert found.status == "at_least" and found.gained_in == pytest.approx(15 / 21)
    each = found.yuan_each
    assert each.low == pytest.approx(100 / 14)
    assert each.median is None and each.high is None and each.ratio_of_means is None
    assert in_words(found) == "at least 7 yuan; more cannot be told: 71% of 21 draws gain"


def test_one_draw_in_twenty_may_lose_and_two_may_not():
    """One of 20 is 5%; with two, 5% lies between -1 and -1, or is not sure enough however large the others are."""
    assert of([-1.0] + [1000.0] * 19).status == "interval"
    assert of([-1.0] * 2 + [1000.0] * 18).status == "at_least"
    assert of([-1.0] * 3 + [1e9] * 47).status == "at_least"  # 94%, though the 5% point lies above zero


def test_nothing_gained_has_no_price():
    found = of([-3.0] * 20)
    assert found.status == "no_gain" and found.yuan_each == type(found.yuan_each)()
    assert found.gained.mean == -3 and in_words(found) == "nothing is gained: 0% of 20 draws gain"


def test_what_is_not_dearer_in_every_draw_has_no_price():
    assert of([5.0] * 20, [100.0] * 19 + [0.0]).status == "no_more_cost"
    assert of([5.0], -100.0).status == "no_more_cost" and of([5.0], 0.0).yuan_each.ratio_of_means is None


def test_few_draws_have_a_mean_over_a_mean_if_all_gain():
    """(100 + 300) / (10 + 10) = 20; with a draw that loses nothing is said."""
    found = of([10.0, 10.0], [100.0, 300.0])
    assert found.status == "few_draws" and found.yuan_each.ratio_of_means == 20
    assert found.gained.low is None and found.yuan_each.low is None
    assert in_words(found) == "20 yuan, mean over mean; 20 draws tell the interval"
    mixed = of([30.0, -10.0])
    assert mixed.yuan_each.ratio_of_means is None
    assert in_words(mixed) == "cannot be told: 50% of 2 draws gain"


def test_seeds_of_a_draw_are_averaged_and_the_centre_speaks_alone():
    """Draw 1: (10 + 30) / 2 = 20 for (100 + 300) / 2 = 200; draw 2: 5 for 50; draw 0 is the centre of the others."""
    pairs = [Apart(1, 100, 10), Apart(1, 300, 30), Apart(2, 50, 5), Apart(0, 1, 1000)]
    found = price(pairs)
    assert (found.pairs, found.draws) == (3, 2) and found.yuan_each.ratio_of_means == 250 / 25
    alone = price(Apart(0, 100, 10) for _ in range(30))
    assert alone.status == "few_draws" and (alone.draws, alone.yuan_each.ratio_of_means) == (1, 10)


def test_variants_of_behaviour_count_like_draws_of_their_own():
    """Twenty draws under two accounts, of which one gains 10 and one 20 for 100 yuan: the ends are 5 and 10 yuan."""
    pairs = [Apart(k, 100, gained, name) for k in range(1, 21) for name, gained in (("a", 10), ("b", 20))]
    found = price(pairs)
    assert (found.draws, found.pairs) == (20, 40)
    assert (found.yuan_each.low, found.yuan_each.high) == pytest.approx((5, 10))


def test_runs_without_a_ledger_have_no_price():
    for found in (of([1.0] * 20, float("nan")), price([])):
        assert found.status == "no_ledger" and found.more_yuan.mean is None


def test_a_price_is_told_to_two_figures():
    assert in_words(of([1.0] * 20, 564_700.0)) == "560,000 yuan (560,000 to 560,000)"


def test_a_gain_that_is_a_rounding_is_none():
    found = of([1e-308] * 20)
    assert found.status == "no_gain" and found.gained_in == 0 and found.yuan_each.ratio_of_means is None


@given(st.lists(st.floats(-1e4, 1e4), min_size=20, max_size=60), st.floats(1.0, 1e9))
@settings(max_examples=100)
def test_ends_are_in_order_and_only_told_where_nearly_all_draws_gain(gained: list[float], yuan: float):
    found = of(gained, yuan)
    each, share = found.yuan_each, sum(value > 0 for value in gained) / len(gained)
    assert (found.status == "interval") <= (share >= 0.95) and found.status != "few_draws"
    if found.status == "interval":
        assert each.low is not None and each.median is not None and each.high is not None
        assert 0 < each.low <= each.median <= each.high
    assert (each.low is None) == (found.status == "no_gain")
    assert {"status", "gained_low", "yuan_each_median", "more_yuan_mean"} <= set(found.flat())
