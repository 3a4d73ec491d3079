"""The county circles."""

from __future__ import annotations

import numpy as np

from urbsim.facts import gazetteer
from urbsim.report import cartogram
from urbsim.report.charts import circles


def test_each_county_has_its_chinese_name_in_its_circle():
    radius = cartogram.stored().radius
    for county, size in zip(gazetteer.counties(), radius, strict=True):
        assert circles._fitting(county.short["zh"], float(size)), county.name


def test_the_committed_table_is_in_step_with_its_maker():
    stored, made = cartogram.stored(), cartogram.compute()
    assert stored.codes == made.codes == tuple(place.code for place in gazetteer.counties())
    for name in ("x", "y", "radius"):
        np.testing.assert_allclose(getattr(stored, name), getattr(made, name), atol=0.002)


def test_circles_do_not_overlap_and_areas_follow_residents():
    layout = cartogram.stored()
    gap = (
        np.hypot(layout.x[:, None] - layout.x, layout.y[:, None] - layout.y)
        - layout.radius[:, None]
        - layout.radius
    )
    np.fill_diagonal(gap, 1.0)
    assert gap.min() > 0
    residents = np.array([place.residents for place in gazetteer.counties()])
    per_person = layout.radius**2 / residents
    np.testing.assert_allclose(per_person, per_person.mean(), rtol=0.02)  # four decimals in the table


def test_places_keep_their_side_of_the_province():
    """Guilin lies in the north-east, Beihai in the south, Baise in the west."""
    layout = cartogram.stored()
    group = np.array([place.prefecture for place in gazetteer.counties()])
    middle = {code: (layout.x[group == code].mean(), layout.y[group == code].mean()) for code in set(group)}
    assert middle["450300"][1] == max(y for _, y in middle.values())
    assert middle["450500"][1] == min(y for _, y in middle.values())
    assert middle["451000"][0] == min(x for x, _ in middle.values())


def test_names_of_prefectures_stand_on_free_ground_by_their_own_circles():
    layout = cartogram.stored()
    group = np.array([place.prefecture for place in gazetteer.counties()])
    for lang in ("zh", "en"):
        spots = circles.prefecture_spots(lang)
        assert set(spots) == {place.code for place in gazetteer.prefectures()}
        for code, (x, y) in spots.items():
            half = circles._text_width(gazetteer.places()[code].short[lang], circles.NAME_SIZE[lang]) / 2
            dx = np.maximum(np.abs(layout.x - x) - half, 0)
            dy = np.maximum(np.abs(layout.y - y) - 0.6 * circles.NAME_SIZE[lang] * circles.POINT, 0)
            clear = np.hypot(dx, dy) - layout.radius
            assert clear.min() > 0
            assert clear[group == code].min() < clear[group != code].min() + 0.015  # not by its neighbours


def test_classes_are_round_and_hold_every_value():
    mixed = circles.sided_classes(
        np.array([-0.011, np.nan, 0.004])
    )  # a quarter of 1.1 points is rounded up to 0.3
    assert circles.class_labels(mixed, "zh") == [
        "−0.6以下", "−0.6～−0.3", "−0.3～0.0", "0.0～+0.3", "+0.3～+0.6", "+0.6及以上",
    ]  # fmt: skip
    assert mixed.colour(-1e-6) != mixed.colour(1e-6)  # every value shows its side
    assert mixed.colour(np.nan) == circles.MISSING not in mixed.colours
    assert circles.class_labels(circles.share_classes(), "zh") == [
        "30%以下",
        "30–40%",
        "40–50%",
        "50–60%",
        "60–70%",
        "70%及以上",
    ]
