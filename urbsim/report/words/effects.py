"""Section 1, the table of what each scenario adds to the comparison."""

TEXTS: dict[str, dict[str, str]] = {
    "effects": {"en": "What each scenario adds", "zh": "各情景与对照情景之差"},
    "effects_head_about": {
        "en": "{target}: about / strictly, in 100",
        "zh": "{target}：达标概率（左右／严格，%）",
    },
    "effects_head_strict": {"en": "{target}: met, in 100", "zh": "{target}：达标概率（%）"},
    "effects_head_value": {"en": "{target}: typically, {unit}", "zh": "{target}：中位数（{unit}）"},
    "effects_head_difference": {"en": "{target}: difference, {unit}", "zh": "{target}：与对照之差（{unit}）"},
    "effects_head_people": {"en": "the same, {unit} residents", "zh": "折合常住人口（{unit}）"},
    "ranged": {"en": "{middle} ({low} to {high})", "zh": "{middle}（{low}～{high}）"},
    "unit_counted": {"en": "thousand", "zh": "万人"},
    "unit_points": {"en": "points", "zh": "百分点"},
    "effects_one": {
        "en": "Differences are taken run by run with the same draw and the same luck. There is one such pair for each "
        "scenario. It does not show how large a difference luck alone would make. Make more runs "
        "before reading small differences.",
        "zh": "差值由参数和随机因素相同的模拟逐对相减得出。每个情景只有一对，无法据此判断随机因素本身会带来多大差异；"
        "对较小的差值，应增加模拟次数后再作解读。",
    },
    "effects_many": {
        "en": "Typical values are medians over the draws. Differences are taken run by run with the same draw and the same luck: "
        "the median of {n} pairs, and in brackets {interval}. If the bracket holds zero, the difference should not be "
        "read as an effect. Residents are the points times all residents. Where a scenario also changes the number of all residents, "
        "urban residents differ by another number: the table of key indicators has it.",
        "zh": "中位数为各组参数模拟结果的中位数。差值由参数和随机因素相同的模拟逐对相减得出：先列{n}对差值的中位数，括号内为{interval}；"
        "若括号内区间包含零，则不宜视为政策效果。折合人数为百分点之差乘以常住人口；常住人口总量同时变化的，"
        "城镇常住人口之差与此不同（见主要指标表）。",
    },
    "interval_many": {"en": "nine in ten of them", "zh": "90%区间"},
    "interval_few": {"en": "the smallest and the largest", "zh": "最小值和最大值"},
}
