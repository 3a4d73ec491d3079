"""Section 7, county by county."""

TEXTS: dict[str, dict[str, str]] = {
    "s_map": {"en": "Where", "zh": "分地区情况"},
    "map_share": {"en": "Urban share of residents, {when}, {name}", "zh": "{name}：{when}常住人口城镇化率"},
    "map_difference": {
        "en": "Difference of the urban share, {when}, points: {name}, less {baseline}",
        "zh": "{when}城镇化率之差（百分点）：{name}减{baseline}",
    },
    "map_size": {"en": "residents, census 2020", "zh": "2020年普查常住人口"},
    "map_alt": {
        "en": "Circle map of the 111 counties: {title}. Highest: {highest}. Lowest: {lowest}.",
        "zh": "111个县（市、区）圆形示意图，{title}。最高：{highest}；最低：{lowest}。",
    },
    "map_extremes": {
        "en": "Highest: {highest}. Lowest: {lowest}.",
        "zh": "最高：{highest}；最低：{lowest}。",
    },
    "map_note": {
        "en": "One circle per county, city or district; its area is in proportion to residents at the census of "
        "2020. Circles stand near their seats and are grouped by prefecture; this is a diagram, not a map.",
        "zh": "每个圆代表一个县（市、区），面积与2020年普查常住人口成正比；位置大致按政府驻地排列，并按设区市归组。"
        "本图为示意图，不反映行政区域界线。",
    },
    "map_list": {"en": "All counties as a table", "zh": "查看各县（市、区）数据表"},
    "county": {"en": "County", "zh": "县（市、区）"},
    "prefecture": {"en": "Prefecture", "zh": "设区市"},
    "map_clear": {
        "en": "In {n} of {of} counties the difference stands above the noise. The others are left white.",
        "zh": "{of}个县（市、区）中，有{n}个的差值超出随机波动，其余留白。",
    },
    "place_prefectures": {"en": "Prefectures", "zh": "各设区市"},
    "place_counties": {"en": "Counties, cities and districts", "zh": "各县（市、区）"},
    "place_note": {
        "en": "Simulated, at the end of the run: {name}. Differences from {baseline} are medians of {n} pairs of runs with the "
        "same luck, with {interval} in brackets. A grey difference does not stand above the noise: its bracket holds "
        "zero.",
        "zh": "均为{name}期末模拟值。与{baseline}之差为{n}对随机因素相同的模拟之差的中位数，括号内为{interval}；灰色表示区间包含零，差值未超出随机波动。",
    },
    "place_note_few": {
        "en": "Simulated, at the end of the run: {name}. So few pairs of runs cannot tell a difference in one place from luck: "
        "all are grey.",
        "zh": "均为{name}期末模拟值。模拟对数过少，无法判断各地差值是否超出随机波动，均以灰色表示。",
    },
    "place_note_one": {
        "en": "Simulated, at the end of the run: {name}.",
        "zh": "均为{name}期末模拟值。",
    },
    "column_residents": {"en": "Residents, thousand", "zh": "常住人口（万人）"},
    "column_share": {"en": "Urban share, %", "zh": "城镇化率（%）"},
    "column_change": {"en": "Change since the census, points", "zh": "普查以来变动（百分点）"},
    "column_points": {"en": "Difference, points", "zh": "与对照之差（百分点）"},
    "column_people": {"en": "Difference, thousand urban residents", "zh": "城镇常住人口之差（万人）"},
}
