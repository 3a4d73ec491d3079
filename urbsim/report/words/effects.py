"""Section 1, the table of what each scenario adds to the comparison."""

TEXTS: dict[str, dict[str, str]] = {
    "effects": {"en": "What each scenario adds", "zh": "各情景与对照情景之差"},
    "effects_head_value": {"en": "{target}: {name}", "zh": "{target} {name}"},
    "effects_head_difference": {"en": "{target}: difference", "zh": "{target}之差"},
    "effects_head_points": {
        "en": "{target}: difference, points (residents)",
        "zh": "{target}之差：百分点（人数）",
    },
    "effects_range": {"en": "{mean}, from {low} to {high}", "zh": "{mean}，{low}～{high}"},
    "effects_persons": {"en": "{points} ({people})", "zh": "{points}（{people}）"},
    "effects_one": {
        "en": "Differences are taken run by run with the same draw and the same seed. There is one such pair for each "
        "scenario (one seed). It does not show how large a difference luck alone would make. Run more seeds "
        "before reading small differences.",
        "zh": "差值由参数抽样和随机种子相同的模拟逐对相减得出。每个情景只有一对（单一种子），无法据此判断随机因素本身会带来多大差异；"
        "对较小的差值，应增加种子数后再作解读。",
    },
    "effects_many": {
        "en": "Differences are taken run by run with the same draw and the same seed: the mean of {n} pairs, then the "
        "smallest and the largest. If these two lie on both sides of zero, the difference is within the spread of "
        "these runs and should not be read as an effect.",
        "zh": "差值由参数抽样和随机种子相同的模拟逐对相减得出：先列{n}对的平均值，再列最小值和最大值。"
        "若两者分处零的两侧，则差值在模拟的波动范围之内，不宜视为政策效果。",
    },
}
