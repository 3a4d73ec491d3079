"""The tables of money: what each lever costs, and what one more urban resident or job costs."""

TEXTS: dict[str, dict[str, str]] = {
    "s_money": {"en": "What it costs", "zh": "财政支出"},
    "money_prices": {"en": "Public spending, and the price of one more", "zh": "财政支出与新增一人的成本"},
    "money_all": {"en": "spending on levers, million yuan", "zh": "政策工具支出（亿元）"},
    "money_more": {"en": "more than the comparison, million yuan", "zh": "比对照情景多支出（亿元）"},
    "money_urban_population": {
        "en": "one more urban resident at the end",
        "zh": "期末每多一名城镇常住人口的支出",
    },
    "money_new_urban_jobs": {"en": "one more new urban job", "zh": "每多一个城镇新增就业的支出"},
    "money_range": {"en": "{middle} ({low} to {high})", "zh": "{middle}（{low}～{high}）"},
    "money_said": {
        "en": "{name} costs {more} million yuan more than {other}. One more urban resident at the end: {residents}. "
        "One more new urban job: {jobs}.",
        "zh": "“{name}”比“{other}”多支出{more}亿元。期末每多一名城镇常住人口：{residents}。每多一个城镇新增就业：{jobs}。",
    },
    "money_interval": {
        "en": "{median} yuan (5%-95%: {low} to {high})",
        "zh": "{median}元（5%～95%：{low}～{high}元）",
    },
    "money_at_least": {
        "en": "at least {low} yuan each; more cannot be told, for {gains} of {draws} draws gain",
        "zh": "至少{low}元；{draws}次抽样中有{gains}次有增加，上限无法判断",
    },
    "money_no_gain": {
        "en": "no price: {gains} of {draws} draws gain",
        "zh": "无法计价：{draws}次抽样中有{gains}次有增加",
    },
    "money_no_more_cost": {
        "en": "no price: not in every draw is more spent",
        "zh": "无法计价：并非每次抽样都多支出",
    },
    "money_few_draws": {
        "en": "{ratio_of_means} yuan (mean over mean; pairs of runs: {pairs}; too few draws for an interval)",
        "zh": "{ratio_of_means}元（均值之比，共{pairs}对模拟，抽样太少，不给区间）",
    },
    "money_cannot_be_told": {
        "en": "cannot be told: {gains} of {draws} draws gain",
        "zh": "无法判断：{draws}次抽样中有{gains}次有增加",
    },
    "money_no_ledger": {"en": "no price: the runs have no ledger", "zh": "无法计价：模拟结果没有支出账"},
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
    "money_landless": {"en": "of it for want of land", "zh": "其中因用地指标不足"},
    "money_unpaid": {"en": "of it for want of money", "zh": "其中因资金不足"},
    "money_land": {
        "en": "Building land by place, hectares over the run: {name}",
        "zh": "分地区建设用地（模拟期内，公顷）：{name}",
    },
    "money_place": {"en": "place", "zh": "地区"},
    "money_quota": {"en": "quota", "zh": "用地指标"},
    "money_beside": {"en": "collective land", "zh": "集体建设用地入市"},
    "money_due": {"en": "asked for", "zh": "需求"},
    "money_on_land": {"en": "given", "zh": "落实"},
    "money_short": {"en": "cut", "zh": "缺口"},
    "money_not_priced": {"en": "Levers without a price", "zh": "未计价的政策工具"},
    "money_why": {"en": "why", "zh": "原因"},
    "money_note": {
        "en": "Gross spending by any level of government on what the levers deliver, with unit costs that are mostly "
        "assumptions (calibration/parameters/costs.yaml). The ranges hold 5% to 95% of the draws, with each "
        "draw of both scenarios in a pair. Where nothing is gained in more than one draw of twenty, the price has no upper "
        "end. Levers without a price are left out: a price of one more resident holds for the whole scenario only "
        "as far as its levers have prices. What is built lasts longer than the run.",
        "zh": "支出为各级政府用于政策工具的总支出，单位成本多为假设（见calibration/parameters/costs.yaml）。区间为抽样配对差的5%～95%分位；"
        "若超过二十分之一的抽样没有增加，则成本没有上限。没有单位成本的政策工具未计入，因此“每多一人”的成本只反映有单位成本的部分。建成设施的使用年限长于模拟期。",
    },
}
