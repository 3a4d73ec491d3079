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
        "en": "at least {low} yuan; no upper end, for only {gains} of {draws} draws gain",
        "zh": "至少{low}元；{draws}次抽样中有{gains}次有增加，上限无法判断",
    },
    "money_no_gain": {
        "en": "no price: {gains} of {draws} draws gain",
        "zh": "无法计价：{draws}次抽样中有{gains}次有增加",
    },
    "money_no_more_cost": {
        "en": "no price: it does not cost more in every draw",
        "zh": "无法计价：并非每次抽样都增加支出",
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
    "price_table": {
        "en": "Unit costs: what a unit is reckoned to cost, and what that rests on",
        "zh": "单位成本及依据",
    },
    "price_note": {
        "en": "Prices are those of the file calibration/parameters/costs.yaml now, in yuan of the year of the source. The range is what is "
        "believed; each draw takes a price from it. Numbers such as E105 stand in calibration/sources.csv. A guide price is in no "
        "ledger and in no sum of this page.",
        "zh": "单价取自calibration/parameters/costs.yaml的现行文本，按资料来源年份价格计算；各组参数在假设范围内取值。E105等为calibration/sources.csv中的来源编号。"
        "参考单价不计入本页任何支出。",
    },
    "price_lever": {"en": "Lever", "zh": "政策工具"},
    "price_kind": {"en": "Money for", "zh": "支出类别"},
    "price_unit": {"en": "Unit", "zh": "单位"},
    "price_yuan": {"en": "Price, yuan", "zh": "单价（元）"},
    "price_range": {"en": "Range, yuan", "zh": "假设范围（元）"},
    "price_status": {"en": "It is", "zh": "依据"},
    "price_source": {"en": "Source", "zh": "来源"},
    "price_no_source": {"en": "none", "zh": "无"},
    "price_kind_capital": {"en": "building, once", "zh": "建设（一次性）"},
    "price_kind_once": {"en": "current spending, once", "zh": "经常性（一次性）"},
    "price_kind_running": {"en": "running, each year", "zh": "经常性（每年）"},
    "price_kind_guide": {"en": "guide price, in no ledger", "zh": "参考单价（不计入支出）"},
    "price_unit_dwelling": {"en": "yuan per dwelling", "zh": "元/套"},
    "price_unit_dwelling_and_year": {"en": "yuan per dwelling and year", "zh": "元/套·年"},
    "price_unit_hectare": {"en": "yuan per hectare", "zh": "元/公顷"},
    "price_unit_household": {"en": "yuan per household", "zh": "元/户"},
    "price_unit_household_and_year": {"en": "yuan per household and year", "zh": "元/户·年"},
    "price_unit_km": {"en": "yuan per km", "zh": "元/公里"},
    "price_unit_km_and_year": {"en": "yuan per km and year", "zh": "元/公里·年"},
    "price_unit_person": {"en": "yuan per person", "zh": "元/人"},
    "price_unit_person_and_year": {"en": "yuan per person and year", "zh": "元/人·年"},
    "price_unit_person-time": {"en": "yuan per course taken", "zh": "元/人次"},
    "price_unit_place": {"en": "yuan per place", "zh": "元/个"},
    "price_unit_place_and_year": {"en": "yuan per place and year", "zh": "元/个·年"},
    "price_unit_post": {"en": "yuan per post", "zh": "元/岗位"},
    "price_unit_post_and_year": {"en": "yuan per post and year", "zh": "元/岗位·年"},
    "price_unit_route_and_year": {"en": "yuan per route and year", "zh": "元/条·年"},
    "price_unit_unit": {"en": "yuan per unit", "zh": "元/单位"},
    "price_unit_unit_and_year": {"en": "yuan per unit and year", "zh": "元/单位·年"},
}
