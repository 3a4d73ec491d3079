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
    "schooling_title": {
        "en": "Moves from villages to towns inside Guangxi by schooling and sex, thousand",
        "zh": "区内由乡到城流动人次，按受教育程度和性别分（万人次）",
    },
    "schooling_persons": {
        "en": "Moves from villages to towns inside Guangxi by schooling and sex",
        "zh": "区内由乡到城流动人次，按受教育程度和性别分（万人次）",
    },
    "schooling_lead": {
        "en": "{name}: of these moves {children} are of children under 15, who move with a family. Of the others {low} have junior "
        "secondary schooling or less, and {high} have been to a college or university.",
        "zh": "{name}：15岁以下随迁儿童占{children}；15岁及以上人员中，初中及以下占{low}，大专及以上占{high}。",
    },
    "schooling_alt": {"en": "Bar chart. {leads}", "zh": "条形图。{leads}"},
    "schooling_axis": {"en": "thousand moves", "zh": "万人次"},
    "schooling_group": {"en": "Children, or schooling", "zh": "儿童及受教育程度"},
    "schooling_children": {"en": "Children under 15, with a family", "zh": "15岁以下随迁儿童"},
    "schooling_none": {"en": "No schooling", "zh": "未上过学"},
    "schooling_primary": {"en": "Primary school", "zh": "小学"},
    "schooling_junior_secondary": {"en": "Junior secondary", "zh": "初中"},
    "schooling_senior_secondary": {"en": "Senior secondary", "zh": "高中（含中职）"},
    "schooling_college": {"en": "College", "zh": "大专"},
    "schooling_bachelor_or_above": {"en": "University", "zh": "本科及以上"},
}
