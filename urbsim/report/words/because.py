"""Section 6, who moved because of a scenario."""

TEXTS: dict[str, dict[str, str]] = {
    "s_because": {"en": "Who moved because of it", "zh": "哪些人因政策而改变"},
    "because_chart": {
        "en": "Urban residents at the end in this scenario and not in the comparison, and the reverse",
        "zh": "与对照情景逐人比较：期末城镇常住人口的变化",
    },
    "because_lead": {
        "en": "{name}: its measures reached {reached} people. At the end {gained} people are urban residents only in this scenario "
        "({mine} of them reached by a measure), and {lost} only in the comparison.",
        "zh": "{name}：措施直接惠及{reached}。期末有{gained}因此成为城镇常住人口（其中直接受惠{mine}），另有{lost}因此未能成为城镇常住人口。",
    },
    "because_lead_none": {
        "en": "{name}: sets no measure beyond those of the comparison. At the end {gained} people are urban residents only in this "
        "scenario, and {lost} only in the comparison.",
        "zh": "{name}：未设额外措施。期末有{gained}因情景设定不同而成为城镇常住人口，另有{lost}因此未能成为城镇常住人口。",
    },
    "because_chart_note": {
        "en": "To the right: urban residents only in this scenario. To the left: only in the comparison. The triangle marks the "
        "difference: the urban population of this run less that of the comparison. Work, rents, places at school, family, "
        "networks and outside conditions also change for people not reached; so they move, too.",
        "zh": "向右为仅在该情景下成为城镇常住人口的人，向左为仅在对照情景下成为城镇常住人口的人；三角处为两者之差，即两次模拟城镇常住人口之差。"
        "未直接受惠者的变化来自就业机会、房租、学位、家庭、同乡网络或外部环境的不同。",
    },
    "because_alt": {"en": "Stacked bars: {title}. {leads}", "zh": "堆积条形图：{title}。{leads}"},
    "because_net": {"en": "Net {value}", "zh": "净变化{value}"},
    "because_reached_gained": {
        "en": "Reached by a measure, urban because of it",
        "zh": "直接受惠，因此成为城镇常住人口",
    },
    "because_others_gained": {
        "en": "Not reached, urban because of it",
        "zh": "未直接受惠，因此成为城镇常住人口",
    },
    "because_reached_lost": {
        "en": "Reached, would have been urban",
        "zh": "直接受惠，因此未成为城镇常住人口",
    },
    "because_others_lost": {
        "en": "Not reached, would have been urban",
        "zh": "未直接受惠，因此未成为城镇常住人口",
    },
    "because_reached_anyway": {
        "en": "Reached, urban either way",
        "zh": "直接受惠，两种情景下均为城镇常住人口",
    },
    "because_assumed": {"en": "{name} *", "zh": "{name}*"},
    "because_assumed_note": {
        "en": "* The plan gives no figure for this dose: its size is an assumption (scenarios/doses.csv).",
        "zh": "*行动计划未载明该项规模，此处为假设值（见 scenarios/doses.csv）。",
    },
    "because_measure": {"en": "Measure", "zh": "措施"},
    "because_all": {"en": "Any of these", "zh": "以上合计（去重）"},
    "because_caption": {
        "en": "Measure by measure, persons: {name}",
        "zh": "分措施情况（万人）：{name}",
    },
    "because_reached": {"en": "Reached", "zh": "直接惠及"},
    "because_because": {"en": "Reached, because of it", "zh": "其中：因此获得"},
    "because_anyway": {"en": "Reached, would have got it anyway", "zh": "其中：没有措施也会获得"},
    "because_others": {"en": "Others who got it because of it", "zh": "间接获得"},
    "because_displaced": {"en": "Displaced", "zh": "被挤出"},
    "because_net_column": {"en": "Net", "zh": "净增"},
    "because_urban": {
        "en": "Reached, urban at the end because of it",
        "zh": "直接受惠者中因此成为城镇常住人口",
    },
    "because_range": {"en": "{middle} ({low} to {high})", "zh": "{middle}（{low}～{high}）"},
    "thing_took_job": {"en": "Found an urban job during the run", "zh": "模拟期内找到城镇工作"},
    "thing_trained": {"en": "Took part in subsidised training", "zh": "参加补贴性职业技能培训"},
    "thing_school_place": {"en": "Got a place at school in a town", "zh": "获得城镇学位"},
    "thing_public_rental": {"en": "Moved into a public rental dwelling", "zh": "入住公共租赁住房"},
    "thing_rent_subsidy": {
        "en": "Lived in a household that was granted a rent subsidy",
        "zh": "所在家庭获得住房租赁补贴",
    },
    "thing_permit": {"en": "Was issued a residence permit", "zh": "办理居住证"},
    "thing_guaranteed_rental": {"en": "Moved into a guaranteed rental dwelling", "zh": "入住保障性租赁住房"},
    "thing_own_home": {"en": "Bought a home with a loan for migrants", "zh": "获贷款购买住房"},
    "thing_settled": {"en": "Settled (registration moved to the town)", "zh": "落户"},
    "because_note": {
        "en": "Everybody is compared with themselves in the run of the comparison scenario that has the same draw: "
        "same people, same luck. Reached: who held one of the measure's own posts, courses, places, dwellings or "
        "subsidies, or was issued a permit or settled under its office or rule. Because of it: got this here and not in the "
        "comparison; anyway: in both, though perhaps later or elsewhere. Others: got it only here, without a unit of the "
        "measure. Displaced: got it in the comparison and not here. Net: all who got it here, less all who got it there "
        "(= because of it + others − displaced).",
        "zh": "将每个人与其自身在对照情景（参数和随机因素相同）中的结果逐一比较：人相同，随机因素也相同。直接惠及：占用措施新增的岗位、培训名额、"
        "学位、住房或补贴的人，以及在其办理服务或落户条件下办证、落户的人。因此获得：本情景获得而对照情景未获得；没有措施也会获得：两种情景均获得（时间、"
        "地点可能不同）。间接获得：未占用措施名额，但仅在本情景获得。被挤出：对照情景获得而本情景未获得。净增为两种情景获得人数之差（＝因此获得＋间接获得－被挤出）。",
    },
    "because_several": {
        "en": "If a scenario sets several measures, the comparison lacks all of them. A person's change is then due to all of them "
        "together, not to the measure of the row. A scenario with one measure shows what that measure does alone. Measures "
        "that give the same thing share their figures for others and displaced.",
        "zh": "若情景同时包含多项措施，对照情景则全部没有：个人的变化是各项措施共同作用的结果，不能只归于所在行的措施；单项措施的作用应看仅含该项措施的情景。"
        "提供同类名额的措施之间，间接获得和被挤出的人数无法区分。",
    },
    "because_silent_head": {
        "en": "Measures that reach nobody in person",
        "zh": "不直接作用于个人的措施",
    },
    "because_silent": {
        "en": "{names}: nobody in the model holds one of these units. They work through stocks and prices, and so only among "
        "people not reached.",
        "zh": "{names}：模型中没有具体的持有人，仅通过存量和价格起作用，其影响只体现在未直接受惠的人群中。",
    },
    "because_sample": {
        "en": "One person compared stands for {weight}, so counts are rough. The standard error is about {error_1000} at 1,000 "
        "people and {error_100000} at 100,000, and larger where families move together. Zero may hide a few people.",
        "zh": "每个参与比较的样本人代表{weight}人，因此人数有抽样误差：1,000人的标准误约为{error_1000}人，10万人的标准误约为{error_100000}人；"
        "家庭成员共同迁移时误差更大。表中为零不等于实际没有。",
    },
    "because_pair": {
        "en": "Each scenario has one pair of runs; more runs would show how much is luck.",
        "zh": "每个情景仅有一对模拟；增加模拟次数才能看出随机因素的影响。",
    },
    "because_pairs": {
        "en": "Counts are medians over {n} pairs of runs, with {interval} in brackets; so they need not add up exactly.",
        "zh": "人数为{n}对模拟的中位数，括号内为{interval}；各项中位数相加不一定等于合计。",
    },
    "because_alone": {
        "en": "{n} runs are left out here: the comparison has no run with the same draw and luck.",
        "zh": "有{n}次模拟在对照情景中没有参数和随机因素相同的对应模拟，未纳入本部分。",
    },
    "because_missing": {
        "en": "{names}: these runs hold no record of persons (touched.parquet), or the comparison has no run with the same draw "
        "and luck. So nothing can be said here. Run them again.",
        "zh": "{names}：模拟结果中没有个人记录（touched.parquet），或在对照情景中没有参数和随机因素相同的对应模拟，无法比较；请重新模拟。",
    },
    "because_one_scenario": {
        "en": "There is one scenario here. Only a comparison with the same run without it shows who moved because of it.",
        "zh": "仅有一个情景；需要与没有该措施的同一模拟比较，才能看出哪些人因此改变。",
    },
}
