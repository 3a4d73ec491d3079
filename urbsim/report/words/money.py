"""The tables of money: what each lever costs, and what one more urban resident or job costs."""

TEXTS: dict[str, dict[str, str]] = {
    "s_money": {"en": "What it costs", "zh": "财政支出"},
    "money_prices": {"en": "Public spending, and the price of one more", "zh": "财政支出与新增一人的成本"},
    "money_all": {"en": "spending on levers, million yuan", "zh": "政策工具支出（亿元）"},
    "money_more": {"en": "more than the comparison, million yuan", "zh": "比对照情景多支出（亿元）"},
    "money_urban_population": {
        "en": "yuan for one more urban resident at the end",
        "zh": "期末每多一名城镇常住人口的支出（元）",
    },
    "money_new_urban_jobs": {
        "en": "yuan for one more new urban job",
        "zh": "每多一个城镇新增就业的支出（元）",
    },
    "money_no_gain": {"en": "nothing is gained", "zh": "没有增加"},
    "money_some": {
        "en": "{text}; nothing is gained in {n} of {of} pairs",
        "zh": "{text}；{of}对中有{n}对没有增加",
    },
    "money_ledger": {"en": "By lever, million yuan: {name}", "zh": "分政策工具支出（亿元）：{name}"},
    "money_lever": {"en": "lever", "zh": "政策工具"},
    "money_capital": {"en": "building", "zh": "建设支出"},
    "money_running": {"en": "running", "zh": "经常性支出"},
    "money_committed": {"en": "committed", "zh": "既定"},
    "money_additional": {"en": "additional", "zh": "新增"},
    "money_sum": {"en": "all", "zh": "合计"},
    "money_fulfilment": {
        "en": "What was not carried out, in units: {name}",
        "zh": "未落实的部分（按交付单位）：{name}",
    },
    "money_planned": {"en": "planned", "zh": "计划"},
    "money_delivered": {"en": "delivered", "zh": "落实"},
    "money_cut": {"en": "cut", "zh": "削减"},
    "money_unpaid": {"en": "of it for want of money", "zh": "其中因资金不足"},
    "money_not_priced": {"en": "Levers without a price", "zh": "未计价的政策工具"},
    "money_why": {"en": "why", "zh": "原因"},
    "money_note": {
        "en": "Gross spending by any level of government on what the levers deliver, with unit costs that are mostly "
        "assumptions (calibration/parameters/costs.yaml). The ranges are the lowest and the highest of the pairs of "
        "runs. Levers without a price are left out: a price of one more resident holds for the whole scenario only "
        "as far as its levers have prices. What is built lasts longer than the run.",
        "zh": "支出为各级政府用于政策工具的总支出，单位成本多为假设（见calibration/parameters/costs.yaml）。区间为各对模拟中的最低值和"
        "最高值。没有单位成本的政策工具未计入，因此“每多一人”的成本只反映有单位成本的部分。建成设施的使用年限长于模拟期。",
    },
}
