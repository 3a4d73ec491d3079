"""Sections 4 and 5, and lines drawn from stored results: indicators over time, and their units."""

TEXTS: dict[str, dict[str, str]] = {
    "panel_alt": {"en": "Small line charts: {names}. {leads}", "zh": "折线图组：{names}。{leads}"},
    "thousand": {"en": "thousand", "zh": "万{unit}"},
    "by_year": {"en": "By year: {title}", "zh": "分年数据：{title}"},
    "unit_person": {"en": "persons", "zh": "人"},
    "unit_dwelling": {"en": "dwellings", "zh": "套"},
    "unit_household": {"en": "household-months", "zh": "户次"},
    "unit_home": {"en": "households", "zh": "户"},
    "unit_bed": {"en": "beds", "zh": "张"},
    "unit_per 1,000 residents": {"en": "per 1,000 residents", "zh": "每千人"},
    "unit_place": {"en": "places", "zh": "个"},
    "unit_post": {"en": "posts", "zh": "个"},
    "unit_time": {"en": "person-times", "zh": "人次"},
    "unit_share": {"en": "%", "zh": "%"},
    "unit_yuan": {"en": "yuan", "zh": "元"},
    "unit_a_month": {"en": "{unit} a month", "zh": "{unit}/月"},
    "axis_month": {"en": "month", "zh": "月份"},
    "line_of_several": {
        "en": "{title} ({n} runs: median, lowest to highest)",
        "zh": "{title}（{n}次模拟：中位数，最低至最高）",
    },
    "line_of_many": {
        "en": "{title} ({n} runs: median, 5% to 95%)",
        "zh": "{title}（{n}次模拟：中位数，5%至95%分位）",
    },
    "in_unit": {"en": "{name} ({unit})", "zh": "{name}（{unit}）"},
    "no_series": {"en": "These runs hold no such figures.", "zh": "本次模拟没有此类数据。"},
}
