"""Section 7, county by county."""

TEXTS: dict[str, dict[str, str]] = {
    "s_map": {"en": "County by county", "zh": "分县（市、区）情况"},
    "map_share": {"en": "Urban share of residents, {when}, {name}", "zh": "{name}：{when}常住人口城镇化率"},
    "map_change": {
        "en": "Change of the urban share since the census, points, {name}",
        "zh": "{name}：普查时点以来城镇化率变动（百分点）",
    },
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
    "column_residents": {"en": "Residents", "zh": "常住人口"},
    "column_share": {"en": "Urban share", "zh": "城镇化率"},
    "column_change": {"en": "Change (points)", "zh": "变动（百分点）"},
    "column_difference": {"en": "Difference: {name} (points)", "zh": "差值：{name}（百分点）"},
}
