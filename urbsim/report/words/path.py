"""Section 2, the urban share over time."""

TEXTS: dict[str, dict[str, str]] = {
    "s_path": {"en": "Share of residents living in towns and cities", "zh": "常住人口城镇化率走势"},
    "path_lead": {
        "en": "{name}: {first} on the census night, {last} at the {end}.",
        "zh": "{name}：普查时点为{first}，{end}为{last}。",
    },
    "path_axis": {"en": "% of residents", "zh": "%"},
    "path_observed": {"en": "Official estimates", "zh": "统计部门公布数"},
    "path_seen": {"en": "2021, official (seen)", "zh": "2021年公布数（建模时已知）"},
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
        "en": "Shaded: from 5% to 95% of the runs of a scenario.",
        "zh": "阴影为同一情景各次模拟的5%—95%区间。",
    },
}
