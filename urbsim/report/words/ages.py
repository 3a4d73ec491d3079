"""Section 9, who moves from village to town."""

TEXTS: dict[str, dict[str, str]] = {
    "s_ages": {"en": "Who moves from village to town", "zh": "由乡到城流动人口的年龄和性别"},
    "ages_title": {
        "en": "Moves from villages to towns inside Guangxi by age and sex, thousand",
        "zh": "区内由乡到城流动人次，按年龄和性别分（万人次）",
    },
    "ages_lead": {
        "en": "{name}: {share} of these moves are made at ages {first}–{last}; {women} are made by women.",
        "zh": "{name}：{first}—{last}岁占{share}，女性占{women}。",
    },
    "ages_alt": {"en": "Lines by age group. {leads}", "zh": "分年龄组折线图。{leads}"},
    "age": {"en": "Age", "zh": "年龄"},
    "male": {"en": "Men", "zh": "男"},
    "female": {"en": "Women", "zh": "女"},
}
