"""The top of the page, under the verdicts: what a scenario adds, which part did most, what it costs."""

TEXTS: dict[str, dict[str, str]] = {
    "ask_adds": {"en": "What does it add?", "zh": "政策带来多少？"},
    "ask_most": {"en": "Which part did most?", "zh": "哪项贡献最大？"},
    "ask_cost": {"en": "What does it cost?", "zh": "需要多少投入？"},
    "ask_seek": {"en": "What would it take?", "zh": "达标需要什么？"},
    "ask_sure": {"en": "How sure is this?", "zh": "把握有多大？"},
    "ask_more": {"en": "More", "zh": "详见"},
    "subject_urban": {"en": "the urban share", "zh": "城镇化率"},
    "answer_joined": {"en": "; ", "zh": "；"},
    "answer_stop": {"en": ".", "zh": "。"},
    "apart_points": {"en": "{points} points", "zh": "{points}个百分点"},
    "apart_residents": {
        "en": "{text}, or {people} residents",
        "zh": "{text}，折合{people}",
    },
    "apart_range": {"en": "{text} ({low} to {high})", "zh": "{text}（{low}～{high}）"},
    "apart_noise": {
        "en": "{text} ({low} to {high}, not above the noise)",
        "zh": "{text}（{low}～{high}，未超出随机波动）",
    },
    "place_adds": {
        "en": "What it adds to the urban share of {place}, compared with {baseline}: {what}",
        "zh": "与{baseline}相比，{place}城镇化率的差值：{what}",
    },
    "adds_to": {"en": "{name}: {what}", "zh": "{name}{what}"},
    "most_is": {"en": "for {name}, {title}: {what}", "zh": "对{name}，{title}贡献最大：{what}"},
    "most_part": {"en": "{what}, {part} of the whole", "zh": "{what}，占总体的{part}"},
    "most_none": {
        "en": "for {name}, no part stands above the noise",
        "zh": "对{name}，各部分的作用均未超出随机波动",
    },
    "most_alone": {
        "en": " Each of {n} parts was run alone; what they add alone need not sum to the whole.",
        "zh": "以上为{n}个部分分别单独模拟的结果，相加不一定等于总体。",
    },
    "cost_more": {
        "en": "{yuan} billion yuan more than the comparison ({low} to {high})",
        "zh": "比对照情景多支出{yuan}亿元（{low}～{high}亿元）",
    },
    "cost_more_one": {
        "en": "{yuan} billion yuan more than the comparison",
        "zh": "比对照情景多支出{yuan}亿元",
    },
    "cost_of_urban_population": {
        "en": "each additional urban resident: {price}",
        "zh": "每多一名城镇常住人口：{price}",
    },
    "cost_of_new_urban_jobs": {
        "en": "each additional new urban job: {price}",
        "zh": "每多一个城镇新增就业：{price}",
    },
    "cost_note": {
        "en": " Unit costs are mostly assumptions, and levers without a price are left out.",
        "zh": "单位成本多为假设值，未计价的政策工具不在内。",
    },
}
