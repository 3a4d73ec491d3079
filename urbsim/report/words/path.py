"""Section 2, the urban share over time."""

TEXTS: dict[str, dict[str, str]] = {
    "s_path": {"en": "Share of residents living in towns and cities", "zh": "常住人口城镇化率走势"},
    "path_lead": {
        "en": "{name}: {first} on the census night, {last} at the {end}.",
        "zh": "{name}：普查时点为{first}，{end}为{last}。",
    },
    "path_title": {"en": "Urban share of residents, month by month", "zh": "常住人口城镇化率逐月走势（%）"},
    "path_ninety": {"en": "nine in ten draws", "zh": "90%区间"},
    "path_all": {"en": "all runs", "zh": "各次模拟的范围"},
    "path_half": {"en": "half of the draws", "zh": "50%区间"},
    "path_observed": {"en": "Official estimates", "zh": "统计部门公布数"},
    "path_seen": {"en": "2021, seen before", "zh": "2021年（建模时已知）"},
    "path_target": {"en": "Target: about {value}", "zh": "目标：{value}左右"},
    "path_alt": {
        "en": "Line chart of the urban share of residents of {place} by month. {leads}",
        "zh": "折线图：{place}常住人口城镇化率逐月走势。{leads}",
    },
    "path_note": {
        "en": "Lines: simulated, month by month. Dots: year-end estimates by the statistics bureau as revised after "
        "the census of 2020. The figure of 2021 was known when the model was made, so it is no "
        "test. Later official figures are not shown: they are kept back to judge the model.",
        "zh": "线为逐月模拟值。点为统计部门按2020年人口普查修订的年末数。2021年数据在建模时已知，不作为检验依据。"
        "此后各年的公布数留作模型检验，此处不列示。",
    },
    "path_note_past": {
        "en": "Lines: simulated, month by month. Dots: year-end estimates by the statistics bureau as revised after "
        "the census of 2020. Start values were set by hand on these years.",
        "zh": "线为逐月模拟值。点为统计部门按2020年人口普查修订的年末数。模型初始取值系参照这些年份手工设定。",
    },
    "path_note_place": {
        "en": "Lines: simulated, month by month. The target is set for the province and is not drawn here.",
        "zh": "线为逐月模拟值。目标针对全自治区设定，图中不标示。",
    },
    "path_band": {
        "en": "Lines are medians over the draws. Shaded: where nine in ten, and half, of the draws of {name} lie.",
        "zh": "线为各组参数模拟结果的中位数；阴影为{name}的90%区间和50%区间。",
    },
    "path_band_few": {
        "en": "Lines are medians over the runs. Shaded: from the lowest to the highest run of {name}.",
        "zh": "线为各次模拟的中位数；阴影为{name}各次模拟的最低值至最高值。",
    },
    "differences_title": {
        "en": "{name} {when}: what each adds to {baseline}, {unit}",
        "zh": "{when}{name}：各情景与{baseline}之差（{unit}）",
    },
    "differences_note": {
        "en": "Dots are medians of {n} pairs of runs with the same luck, bars hold {interval}. Grey with an open dot: the bar "
        "holds zero, so it is no proof of an effect.",
        "zh": "圆点为{n}对随机因素相同的模拟之差的中位数，横线为{interval}。灰色空心点表示区间包含零，不能说明有效果。",
    },
    "differences_few": {
        "en": "Dots are medians of {n} pairs of runs with the same luck. So few pairs cannot tell an effect from luck; all "
        "are drawn in grey.",
        "zh": "圆点为{n}对随机因素相同的模拟之差的中位数。对数过少，无法区分效果与随机波动，均以灰色表示。",
    },
    "differences_alt": {"en": "Dots with intervals. {title}: {said}.", "zh": "点线图。{title}：{said}。"},
}
