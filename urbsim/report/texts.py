# ruff: noqa: E501  (a sentence stands on one line, so that it can be read beside its translation)
"""Every sentence of the report, in English and Chinese; names of levers stand in `urbsim.scenario.catalogue`.

Texts are filled with `str.format`. Chinese follows the usage of the provincial statistics bureau.
"""

from __future__ import annotations

from urbsim.scenario.catalogue import CATALOGUE

LANGUAGES = ("zh", "en")

TEXTS: dict[str, dict[str, str]] = {
    # page
    "product": {"en": "urbsim: simulation of urbanisation in Guangxi", "zh": "urbsim 广西城镇化情景模拟"},
    "heading": {"en": "Urbanisation of {place}: what the simulation says", "zh": "{place}城镇化情景模拟报告"},
    "heading_base": {
        "en": "From the census night of {base} to the {end}. Scale {scale}; {runs}.",
        "zh": "模拟期：{base}（普查时点）至{end}。抽样比例{scale}；{runs}。",
    },
    "runs_one": {"en": "one run per scenario", "zh": "每个情景模拟1次"},
    "runs_many": {"en": "{n} runs in all", "zh": "共{n}次模拟"},
    "language": {"en": "Language", "zh": "语言"},
    "contents": {"en": "Contents", "zh": "目录"},
    "figure_data": {"en": "Numbers behind this chart", "zh": "查看图中数据"},
    "scenario": {"en": "Scenario", "zh": "情景"},
    "joined": {"en": "{a} = {b}", "zh": "{a}＝{b}"},
    "unit_note": {"en": "Counts in persons.", "zh": "人数单位：万人。"},
    # 1 verdict
    "s_verdict": {"en": "The question and the answer", "zh": "问题与结论"},
    "compared_with": {"en": "Compared with", "zh": "对照情景"},
    "is_comparison": {"en": "comparison scenario", "zh": "对照情景"},
    "verdict_met": {"en": "Met", "zh": "达到"},
    "verdict_about": {"en": 'Met as "about"', "zh": "达到“左右”口径"},
    "verdict_missed": {"en": "Missed", "zh": "未达到"},
    "verdict_none": {"en": "Not judged", "zh": "未评判"},
    "rule_about": {"en": "About {threshold} (from {limit})", "zh": "{threshold}左右（{limit}及以上）"},
    "rule_about_most": {"en": "About {threshold} (up to {limit})", "zh": "{threshold}左右（{limit}及以下）"},
    "rule_strict": {"en": "Strictly: {threshold} or more", "zh": "严格口径：{threshold}及以上"},
    "rule_strict_most": {"en": "Strictly: {threshold} or less", "zh": "严格口径：{threshold}及以下"},
    "sentence_met": {
        "en": "Met in this run: {what}, {gap} {side} {threshold}. One run gives no probability.",
        "zh": "本次模拟达到目标：{what}，比{threshold}{side}{gap}。单次模拟不能给出概率。",
    },
    "sentence_exact": {
        "en": "Met in this run: {what}, exactly the target. One run gives no probability.",
        "zh": "本次模拟达到目标：{what}，恰为目标值。单次模拟不能给出概率。",
    },
    "sentence_about": {
        "en": 'Met in this run as "about {threshold}", but not strictly: {what}, {gap} {side} {threshold}. '
        "One run gives no probability.",
        "zh": "本次模拟达到“{threshold}左右”的目标，但未达到严格口径：{what}，比{threshold}{side}{gap}。单次模拟不能给出概率。",
    },
    "sentence_missed": {
        "en": "Missed in this run: {what}, {gap} {side} {threshold}. One run gives no probability.",
        "zh": "本次模拟未达到目标：{what}，比{threshold}{side}{gap}。单次模拟不能给出概率。",
    },
    "sentence_some_runs": {
        "en": "Met in {met} of {n} runs ({strict} of them strictly): typically {what}, {gap} {side} {threshold}. "
        "A probability needs at least {needed} parameter draws; here there are {draws}.",
        "zh": "{n}次模拟中有{met}次达到目标（其中{strict}次达到严格口径）：中位数为{what}，比{threshold}{side}{gap}。"
        "给出概率至少需要{needed}组参数抽样，目前为{draws}组。",
    },
    "sentence_probability": {
        "en": "{word} (met in {chance} in 100; strictly in {strict} in 100): typically {what}, "
        "{gap} {side} {threshold}. From {n} runs with {draws} parameter draws.",
        "zh": "{word}（达标概率{chance}%，严格口径{strict}%）：中位数为{what}，比{threshold}{side}{gap}。"
        "依据{draws}组参数抽样、{n}次模拟。",
    },
    "chance_surely_met": {"en": "Very likely met", "zh": "极有可能达到"},
    "chance_met": {"en": "Likely met", "zh": "较可能达到"},
    "chance_missed": {"en": "Likely missed", "zh": "较可能达不到"},
    "chance_surely_missed": {"en": "Very likely missed", "zh": "极有可能达不到"},
    "what_urban": {"en": "{value} of residents urban {when}", "zh": "{when}常住人口城镇化率为{value}"},
    "what_other": {"en": "{value} {name} {when}", "zh": "{when}{name}{value}"},
    "what_share": {"en": "{name} {value} {when}", "zh": "{when}{name}为{value}"},
    "at_end_of": {"en": "at the end of {month}", "zh": "{month}末"},
    "over_years": {"en": "over {first}–{last}", "zh": "{first}—{last}年累计"},
    "over_months": {"en": "from {first} to {last}", "zh": "{first}至{last}累计"},
    "gap_share": {"en": "{points} points (about {people} residents)", "zh": "{points}个百分点（约{people}）"},
    "gap_points": {"en": "{points} points", "zh": "{points}个百分点"},
    "gap_count": {"en": "{people}", "zh": "{people}"},
    "side_short": {"en": "short of", "zh": "低"},
    "side_above": {"en": "above", "zh": "高"},
    "side_below": {"en": "below", "zh": "低"},
    "side_short_count": {"en": "short of", "zh": "少"},
    "side_above_count": {"en": "above", "zh": "多"},
    "side_below_count": {"en": "below", "zh": "少"},
    "coverage": {
        "en": " At the low end (5%) of the coverage believed it would be {low} ({low_state}), at the high end (95%) {high} "
        "({high_state}).",
        "zh": "若统计覆盖率取可信区间的低端（5%），则为{low}（{low_state}）；取高端（95%），则为{high}（{high_state}）。",
    },
    "coverage_met": {"en": "met", "zh": "达到"},
    "coverage_missed": {"en": "missed", "zh": "未达到"},
    "not_covered": {
        "en": "{name} {when}: these runs do not cover it.",
        "zh": "{when}{name}：本次模拟未覆盖该指标或时期。",
    },
    "equal_results": {
        "en": "{names} gave exactly the same results (one fingerprint, {fingerprint}) and are shown as one. {why}",
        "zh": "{names}的模拟结果完全相同（结果指纹同为{fingerprint}），故合并列示。{why}",
    },
    "equal_settings": {
        "en": "Their settings are the same.",
        "zh": "各情景的设定相同。",
    },
    "mix": {
        "en": "The runs on this page were not made with the same {what}: {groups}. Differences between them are not the "
        "effect of the scenarios alone. Run all of them again with the same {what} before comparing.",
        "zh": "本页各次模拟所用的{what}不一致（{groups}），其差异不能仅归因于情景设定；请统一{what}，全部重新模拟后再作比较。",
    },
    "mix_code": {"en": "program code", "zh": "程序代码"},
    "mix_facts": {"en": "facts", "zh": "基础数据"},
    "mix_libraries": {"en": "library versions", "zh": "计算库版本"},
    "mix_parameters": {"en": "parameters", "zh": "参数"},
    "mix_joined": {"en": ", ", "zh": "、"},
    "mix_against": {"en": " | ", "zh": "｜"},
    "mix_part": {"en": "{title} ({n} of {of} runs)", "zh": "{title}（{of}次模拟中的{n}次）"},
    "out_of_step": {
        "en": "{names} have the same settings but different results. They were made by different versions of the "
        "program or its data: run them again before comparing.",
        "zh": "{names}的设定相同而结果不同，说明并非由同一版本的程序或数据生成；请重新模拟后再作比较。",
    },
    "unequal_settings": {
        "en": "Their settings differ (section 10), but without effect in these runs.",
        "zh": "各情景的设定差异（见第10部分）在本次模拟中未产生影响。",
    },
    "note_conditional": {
        "en": "This verdict is conditional: it takes conditions outside the plan's reach as known.",
        "zh": "本结论为有条件结论：外部环境按已知情况设定。",
    },
    "note_unconditional": {
        "en": "This verdict is unconditional: it rests only on conditions foreseeable at the end of 2020.",
        "zh": "本结论为无条件结论：外部环境仅按2020年末可预见的情况设定。",
    },
    "province_target": {
        "en": "The targets are set for the whole of Guangxi; the verdicts below are the province's. Charts of the "
        "path, the components and the table of key indicators show {place}.",
        "zh": "目标针对全自治区设定，以下结论均指全自治区；城镇化率走势、变动构成和主要指标表反映的是{place}。",
    },
    # 1 differences
    "more_scenarios": {"en": "The other scenarios", "zh": "查看其他情景"},
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
    # 2 path
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
    # 3 components
    "s_components": {"en": "Where the change in urban residents comes from", "zh": "城镇常住人口变动的构成"},
    "components_lead": {
        "en": "{name}: urban residents {direction} by {total} over {months} months; the largest part: "
        "{biggest} ({amount}).",
        "zh": "{name}：{months}个月内城镇常住人口{direction}{total}，其中{biggest}影响最大（{amount}）。",
    },
    "grow": {"en": "grow", "zh": "增加"},
    "shrink": {"en": "shrink", "zh": "减少"},
    "natural": {"en": "Births less deaths", "zh": "自然增长"},
    "rural_urban": {"en": "Moves from villages, net", "zh": "乡村净迁入"},
    "between_towns": {"en": "Moves from other towns, net", "zh": "其他城镇净迁入"},
    "border": {"en": "Over the provincial border, net", "zh": "区外净迁入"},
    "reclassified": {"en": "Places turned urban", "zh": "城乡划分调整"},
    "total_change": {"en": "Change in urban residents", "zh": "城镇常住人口变动"},
    "residual": {"en": "Left over (identity)", "zh": "恒等式余差"},
    "components_alt": {
        "en": "Stacked bars of the components of change in urban residents of {place}. {leads}",
        "zh": "堆积条形图：{place}城镇常住人口变动的构成。{leads}",
    },
    "components_note": {
        "en": "Bars to the right add urban residents, bars to the left take them away; the triangle marks the total. "
        "Everything is counted at the place where people are residents (six-month rule). The accounts close: "
        "what is left over is {residual} sampled persons.",
        "zh": "向右为增加，向左为减少，三角处为合计。各项均按常住口径（半年以上）统计。"
        "账目平衡，恒等式余差为{residual}个样本人。",
    },
    "components_open": {
        "en": "Bars to the right add urban residents, bars to the left take them away; the triangle marks the total. "
        "WARNING: the accounts do not close: {residual} sampled persons are left over. Do not use these runs.",
        "zh": "向右为增加，向左为减少，三角处为合计。警告：账目不平衡，恒等式余差为{residual}个样本人，请勿使用本次模拟结果。",
    },
    "components_frozen": {
        "en": "{name}: without the places that turned urban where they stand, the share at the end would be {share} instead of "
        "{with_share} (by subtraction, not by a separate run).",
        "zh": "{name}：若扣除城乡划分调整转入的人口，期末城镇化率为{share}，而非{with_share}（为直接扣减结果，并非单独模拟）。",
    },
    "axis_people": {"en": "thousand residents", "zh": "万人"},
    # 4 jobs, 5 services
    "s_jobs": {"en": "Jobs", "zh": "就业"},
    "s_services": {"en": "School places, housing, settlement", "zh": "学位、住房与落户"},
    "schools": {"en": "School places", "zh": "学位供给与随迁子女"},
    "housing": {"en": "Public housing support", "zh": "住房保障"},
    "papers": {"en": "Residence permits and settlement", "zh": "居住证与落户"},
    "panel_alt": {"en": "Small line charts: {names}. {leads}", "zh": "折线图组：{names}。{leads}"},
    "thousand": {"en": "thousand", "zh": "万{unit}"},
    "by_year": {"en": "By year: {title}", "zh": "分年数据：{title}"},
    "unit_person": {"en": "persons", "zh": "人"},
    "unit_dwelling": {"en": "dwellings", "zh": "套"},
    "unit_household": {"en": "household-months", "zh": "户次"},
    "unit_place": {"en": "places", "zh": "个"},
    "unit_post": {"en": "posts", "zh": "个"},
    "unit_time": {"en": "person-times", "zh": "人次"},
    "unit_share": {"en": "%", "zh": "%"},
    "unit_a_month": {"en": "{unit} a month", "zh": "{unit}/月"},
    "axis_month": {"en": "month", "zh": "月份"},
    "line_of_several": {
        "en": "{title} ({n} runs: median, lowest to highest)",
        "zh": "{title}（{n}次模拟：中位数，最低至最高）",
    },
    "line_of_many": {
        "en": "{title} ({n} runs: median, 5% to 95%)",
        "zh": "{title}（{n}次模拟：中位数，5%至95%分位）",
    },
    "in_unit": {"en": "{name} ({unit})", "zh": "{name}（{unit}）"},
    "jobs_lead": {
        "en": "{name}: {value} new urban jobs from {first} to {last} ({each}); {entries} entries into urban posts, of "
        "which the register counts {counted}; {attrition} retirements and deaths of people it counted.",
        "zh": "{name}：{first}—{last}年城镇新增就业{value}（{each}）；进入城镇岗位{entries}，其中登记{counted}；"
        "登记人员自然减员{attrition}。",
    },
    "jobs_note": {
        "en": "New urban jobs are the reported flow and not the growth of urban employment. They are the entries into urban "
        "posts that the register counts, less retirements and deaths of those it counted. The runs use a coverage of {used} "
        "for first posts after school, and of less for others. It is an assumption, believed to lie between {low} and "
        "{high}.",
        "zh": "城镇新增就业为统计上报的流量，不是城镇就业人员的净增：登记的新进入城镇岗位人数，减去登记人员的自然减员。"
        "本次模拟对毕业后初次就业采用的统计覆盖率为{used}，其他情形较低；均属假设值，可信区间为{low}—{high}。",
    },
    "coverage_table": {
        "en": "New urban jobs {when} by coverage of the count",
        "zh": "按不同统计覆盖率计算的{when}城镇新增就业",
    },
    "coverage_low": {"en": "Low (5%): {value}", "zh": "低端（5%）：{value}"},
    "coverage_central": {"en": "Middle (50%): {value}", "zh": "中值（50%）：{value}"},
    "coverage_high": {"en": "High (95%): {value}", "zh": "高端（95%）：{value}"},
    "coverage_used": {"en": "Used: {value}", "zh": "采用值：{value}"},
    "services_note": {
        "en": "Scenarios with the same figures lie on one line; the later one is drawn on top. The tables below the charts hold "
        "the numbers.",
        "zh": "数值相同的情景，曲线重合，后列者在上；具体数值见图下数据表。",
    },
    "no_series": {"en": "These runs hold no such figures.", "zh": "本次模拟没有此类数据。"},
    # 6 because of it
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
    "because_range": {"en": "{mean} ({low} to {high})", "zh": "{mean}（{low}～{high}）"},
    "thing_took_job": {"en": "Found an urban job during the run", "zh": "模拟期内找到城镇工作"},
    "thing_trained": {"en": "Took part in subsidised training", "zh": "参加补贴性职业技能培训"},
    "thing_school_place": {"en": "Got a place at school in a town", "zh": "获得城镇学位"},
    "thing_public_rental": {"en": "Moved into a public rental dwelling", "zh": "入住公共租赁住房"},
    "thing_rent_subsidy": {
        "en": "Lived in a household that was granted a rent subsidy",
        "zh": "所在家庭获得住房租赁补贴",
    },
    "thing_permit": {"en": "Was issued a residence permit", "zh": "办理居住证"},
    "thing_settled": {"en": "Settled (registration moved to the town)", "zh": "落户"},
    "because_note": {
        "en": "Everybody is compared with themselves in the run of the comparison scenario that has the same draw and the same "
        "seed: same people, same luck. Reached: who held one of the measure's own posts, courses, places, dwellings or "
        "subsidies, or was issued a permit or settled under its office or rule. Because of it: got this here and not in the "
        "comparison; anyway: in both, though perhaps later or elsewhere. Others: got it only here, without a unit of the "
        "measure. Displaced: got it in the comparison and not here. Net: all who got it here, less all who got it there "
        "(= because of it + others − displaced).",
        "zh": "将每个人与其自身在对照情景（参数抽样和随机种子相同）中的结果逐一比较：人相同，随机因素也相同。直接惠及：占用措施新增的岗位、培训名额、"
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
        "en": "Each scenario has one pair of runs; more seeds would show how much is luck.",
        "zh": "每个情景仅有一对模拟；增加种子数才能看出随机因素的影响。",
    },
    "because_pairs": {
        "en": "Counts are means over {n} pairs of runs, with the smallest and the largest in brackets.",
        "zh": "人数为{n}对模拟的平均值，括号内为最小值和最大值。",
    },
    "because_alone": {
        "en": "{n} runs are left out here: the comparison has no run with the same draw and seed.",
        "zh": "有{n}次模拟在对照情景中没有参数抽样和随机种子相同的对应模拟，未纳入本部分。",
    },
    "because_missing": {
        "en": "{names}: these runs hold no record of persons (touched.parquet), or the comparison has no run with the same draw "
        "and seed. So nothing can be said here. Run them again.",
        "zh": "{names}：模拟结果中没有个人记录（touched.parquet），或在对照情景中没有参数抽样和随机种子相同的对应模拟，无法比较；请重新模拟。",
    },
    "because_one_scenario": {
        "en": "There is one scenario here. Only a comparison with the same run without it shows who moved because of it.",
        "zh": "仅有一个情景；需要与没有该措施的同一模拟比较，才能看出哪些人因此改变。",
    },
    # 7 circles
    "s_map": {"en": "County by county", "zh": "分县（市、区）情况"},
    "map_share": {"en": "Urban share of residents, {when}, {name}", "zh": "{name}：{when}常住人口城镇化率"},
    "map_change": {
        "en": "Change of the urban share since the census, points, {name}",
        "zh": "{name}：普查时点以来城镇化率变动（百分点）",
    },
    "map_difference": {
        "en": "Difference of the urban share, {when}, points: {name}, less {baseline}",
        "zh": "{when}城镇化率之差（百分点）：{name}减{baseline}",
    },
    "map_size": {"en": "residents, census 2020", "zh": "2020年普查常住人口"},
    "map_alt": {
        "en": "Circle map of the 111 counties: {title}. Highest: {highest}. Lowest: {lowest}.",
        "zh": "111个县（市、区）圆形示意图，{title}。最高：{highest}；最低：{lowest}。",
    },
    "map_extremes": {
        "en": "Highest: {highest}. Lowest: {lowest}.",
        "zh": "最高：{highest}；最低：{lowest}。",
    },
    "map_note": {
        "en": "One circle per county, city or district; its area is in proportion to residents at the census of "
        "2020. Circles stand near their seats and are grouped by prefecture; this is a diagram, not a map.",
        "zh": "每个圆代表一个县（市、区），面积与2020年普查常住人口成正比；位置大致按政府驻地排列，并按设区市归组。"
        "本图为示意图，不反映行政区域界线。",
    },
    "map_list": {"en": "All counties as a table", "zh": "查看各县（市、区）数据表"},
    "county": {"en": "County", "zh": "县（市、区）"},
    "prefecture": {"en": "Prefecture", "zh": "设区市"},
    "column_residents": {"en": "Residents", "zh": "常住人口"},
    "column_share": {"en": "Urban share", "zh": "城镇化率"},
    "column_change": {"en": "Change (points)", "zh": "变动（百分点）"},
    "column_difference": {"en": "Difference: {name} (points)", "zh": "差值：{name}（百分点）"},
    # 8 flows
    "s_flows": {"en": "Who moves where", "zh": "人口流动方向"},
    "flows_kinds": {
        "en": "Moves over the whole period, thousand, {name}",
        "zh": "{name}：模拟期内累计流动人次（万人次）",
    },
    "flows_pairs": {
        "en": "Moves between prefectures and over the border, thousand, {name}",
        "zh": "{name}：设区市之间及区内外流动人次（万人次）",
    },
    "rural": {"en": "Villages", "zh": "乡村"},
    "urban": {"en": "Towns and cities", "zh": "城镇"},
    "outside_prd": {"en": "Pearl River Delta", "zh": "珠三角"},
    "outside_rest": {"en": "Rest of China", "zh": "其他省区市"},
    "from": {"en": "From", "zh": "迁出地"},
    "to": {"en": "To", "zh": "迁入地"},
    "flows_lead": {
        "en": "{name}: the largest stream runs from {origin} to {destination} ({amount} moves).",
        "zh": "{name}：规模最大的流向为{origin}→{destination}（{amount}次）。",
    },
    "flows_alt": {"en": "Flow chart: {title}. {leads}", "zh": "流向图：{title}。{leads}"},
    "pairs_alt": {"en": "Heat map: {title}. Largest: {largest}.", "zh": "热力图：{title}。最大：{largest}。"},
    "flows_note": {
        "en": "A move counts when the place of residence changes (six-month rule); a person who moves twice counts twice. Moves "
        "inside the villages or inside the towns of one county do not count. Moves between places outside Guangxi do "
        "not count either.",
        "zh": "按常住地变更（半年以上）计为1次，同一人变更两次计2次；同一县（市、区）城镇内部或乡村内部的搬迁不计，"
        "区外各地之间的流动也不计。",
    },
    "pairs_note": {
        "en": "Rows show the origin and columns the destination. The diagonal shows moves inside the prefecture.",
        "zh": "行为迁出地，列为迁入地；对角线为设区市内部流动。",
    },
    "no_moves": {"en": "No moves are recorded in these runs.", "zh": "本次模拟没有流动记录。"},
    # 9 ages
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
    # 10 tables
    "s_table": {"en": "Key indicators", "zh": "主要指标"},
    "indicator": {"en": "Indicator", "zh": "指标"},
    "stocks": {"en": "At the end of the period", "zh": "期末数"},
    "flows_of_year": {"en": "During the year", "zh": "全年数"},
    "column_base": {"en": "Census night", "zh": "普查时点"},
    "column_year": {"en": "{year}", "zh": "{year}年"},
    "column_less": {"en": "{year}, less comparison", "zh": "{year}年与对照情景之差"},
    "range": {"en": "{low} to {high}", "zh": "{low}～{high}"},
    "under": {"en": "under {value}", "zh": "{value}以下"},
    "or_more": {"en": "{value} or more", "zh": "{value}及以上"},
    "table_note": {
        "en": "Counts in persons at full scale, rates in %; differences of rates in percentage points. All figures are "
        "simulated, also those of past years.",
        "zh": "人数单位为万人，比率为%，比率之差为百分点。表中均为模拟值，包括已经过去的年份。",
    },
    "s_settings": {"en": "Settings that differ", "zh": "情景设定差异"},
    "setting": {"en": "Setting", "zh": "设定"},
    "settings_none": {"en": "The scenarios have the same settings.", "zh": "各情景设定相同。"},
    "settings_single": {
        "en": "There is one scenario; nothing to compare.",
        "zh": "仅有一个情景，无可比较的设定。",
    },
    "dose_cut": {
        "en": "{names}: {measure}: {units} of {total} units fall into the run.",
        "zh": "{names}：{measure}共{total}，其中{units}落在模拟时段内。",
    },
    "unset": {"en": "–", "zh": "—"},
    "no_lever": {"en": "none", "zh": "无"},
    "committed_lever": {"en": "{name} (committed)", "zh": "{name}（既定）"},
    # 11 trust
    "s_trust": {"en": "How far to trust it", "zh": "结果的可信程度"},
    "trust_scale": {
        "en": "One household in {inverse} was simulated, and each of its members counts {inverse} times. So figures of small "
        "counties and small flows are rough.",
        "zh": "按每{inverse}户抽取1户模拟，每个样本人代表{inverse}人；小县和小规模流动的结果误差较大。",
    },
    "trust_full": {"en": "Every person was simulated; no sampling.", "zh": "模拟覆盖全部人口，未作抽样。"},
    "trust_none_fitted": {
        "en": "No parameter has been fitted yet: the runs use starting values. Read the results as a test of the "
        "machinery rather than as a forecast.",
        "zh": "模型参数尚未经过拟合，本次模拟采用初始值。结果用于检验模型运行，不宜作为预测引用。",
    },
    "trust_assumed": {
        "en": "{assumed} of {total} parameters are assumptions.",
        "zh": "{total}个参数中有{assumed}个为假设值。",
    },
    "trust_left_out": {
        "en": "docs/limitations.md says what this version leaves out and what must not be concluded from it.",
        "zh": "本版模型未包含的内容以及不宜得出的结论，见 docs/limitations.md。",
    },
    "trust_luck": {
        "en": "Scenarios are compared with the same draw and the same seed: each person meets the same luck in all "
        "of them, so differences come from the settings.",
        "zh": "各情景采用相同的参数抽样和随机种子：同一个人在各情景中的随机因素相同，差异仅来自情景设定。",
    },
    "status": {"en": "Parameters by status", "zh": "参数来源"},
    "status_name": {"en": "Status", "zh": "类别"},
    "status_count": {"en": "Number", "zh": "个数"},
    "status_sourced": {"en": "sourced", "zh": "有资料来源"},
    "status_fitted": {"en": "fitted", "zh": "经拟合"},
    "status_assumed": {"en": "assumed", "zh": "假设"},
    "status_derived": {"en": "derived", "zh": "推算"},
    "provenance": {"en": "The runs", "zh": "模拟记录"},
    "column_scale": {"en": "Scale", "zh": "抽样比例"},
    "column_draw": {"en": "Draw", "zh": "参数抽样"},
    "column_seed": {"en": "Seed", "zh": "随机种子"},
    "column_fingerprint": {"en": "Fingerprint of the results", "zh": "结果指纹"},
    "column_digest": {"en": "Input digest", "zh": "输入摘要"},
    "column_versions": {"en": "Versions", "zh": "软件版本"},
    "more_runs": {"en": "and {n} more runs, in runs.csv", "zh": "……另有{n}次模拟，见 runs.csv"},
    "trust_same": {
        "en": "The same scenario, scale, draw and seed give the same fingerprint on any machine.",
        "zh": "情景、抽样比例、参数抽样和随机种子相同时，在任何计算机上得到的结果指纹都相同。",
    },
    "files": {
        "en": "Charts (SVG, PNG) and tables (CSV) are in the folder {folder} beside this page.",
        "zh": "图（SVG、PNG）和数据表（CSV）存放在本页同级目录的 {folder} 文件夹中。",
    },
    "licence": {
        "en": "Chinese typeface: a subset of Noto Sans CJK SC (SIL Open Font License 1.1).",
        "zh": "中文字体为 Noto Sans CJK SC 子集（SIL 开放字体许可证 1.1）。",
    },
}

INDICATORS: dict[str, dict[str, str]] = {
    "resident_population": {"en": "Residents", "zh": "常住人口"},
    "urban_population": {"en": "Urban residents", "zh": "城镇常住人口"},
    "urbanisation_rate": {"en": "Urbanisation rate (of residents)", "zh": "常住人口城镇化率"},
    "physically_present": {"en": "People physically present", "zh": "实际居住人口"},
    "physically_present_urban": {"en": "People physically present in towns", "zh": "城镇实际居住人口"},
    "registered_population": {"en": "Registered (hukou) population", "zh": "户籍人口"},
    "hukou_urbanisation_rate": {
        "en": "Urbanisation rate of the registered population",
        "zh": "户籍人口城镇化率",
    },
    "living_outside": {"en": "Registered here, living outside Guangxi", "zh": "户籍在本地的区外居住人口"},
    "migrant_children": {"en": "Migrant children", "zh": "义务教育阶段随迁子女"},
    "left_behind_children": {"en": "Left-behind children", "zh": "农村留守儿童"},
    "births": {"en": "Births", "zh": "出生人口"},
    "deaths": {"en": "Deaths", "zh": "死亡人口"},
    "moved_to_urban": {"en": "Moves from village to town inside Guangxi", "zh": "乡村迁入城镇"},
    "moved_to_rural": {"en": "Moves from town to village inside Guangxi", "zh": "城镇迁往乡村"},
    "moved_in": {"en": "Arrivals from other counties of Guangxi", "zh": "区内跨县迁入"},
    "moved_out": {"en": "Departures to other counties of Guangxi", "zh": "区内跨县迁出"},
    "moved_in_outside": {"en": "Arrivals from outside Guangxi", "zh": "区外迁入"},
    "moved_out_outside": {"en": "Departures to outside Guangxi", "zh": "迁往区外"},
    "returned": {"en": "Returns to the registered place", "zh": "返回户籍地人口"},
    "reclassified": {"en": "Residents of places turned urban, net", "zh": "就地转为城镇人口"},
    "new_urban_jobs": {"en": "New urban jobs", "zh": "城镇新增就业"},
    "entries_from_school": {"en": "First posts after school", "zh": "毕业后初次就业人数"},
    "entries_reemployed": {"en": "Posts after the loss of one", "zh": "失业人员再就业人数"},
    "entries_others": {"en": "Other entries into urban posts", "zh": "其他进入城镇岗位人数"},
    "registered_attrition": {"en": "Retirements and deaths of the registered", "zh": "登记就业人员自然减员"},
    "odd_jobs": {"en": "In odd jobs", "zh": "城镇零工与自谋职业人员"},
    "trained": {"en": "Subsidised training", "zh": "补贴性职业技能培训人次"},
    "urban_employed": {"en": "Employed in towns", "zh": "城镇就业人员"},
    "vacancies": {"en": "Vacant urban posts", "zh": "空缺岗位"},
    "urban_unemployed": {"en": "Looking for work in towns", "zh": "城镇失业人员"},
    "permit_holders": {"en": "Holders of a residence permit", "zh": "居住证持有人"},
    "public_rental_occupied": {"en": "Public rental dwellings let", "zh": "公共租赁住房入住套数"},
    "rent_subsidies_paid": {"en": "Rent subsidies paid", "zh": "住房租赁补贴发放户次"},
    "settled": {"en": "Settled (registration moved to the town)", "zh": "落户人口"},
    "migrant_children_in_public_school": {
        "en": "Migrant children in public schools",
        "zh": "在公办学校就读的随迁子女",
    },
    "school_places": {"en": "School places in towns, public and purchased", "zh": "城镇公办及政府购买学位"},
}

SETTING_VALUES: dict[str, dict[str, dict[str, str]]] = {
    "base": {
        "census_2020": {"en": "census of 2020", "zh": "2020年人口普查"},
        "census_2010": {"en": "census of 2010", "zh": "2010年人口普查"},
    },
    "conditions.growth_per_year": {"": {"en": "as in the parameters", "zh": "按模型参数"}},
    "conditions.outside_wage_per_year": {"": {"en": "as in the parameters", "zh": "按模型参数"}},
    "conditions.outside_jobs": {"": {"en": "unchanged", "zh": "不变"}},
    "conditions.epidemic": {"": {"en": "none", "zh": "无"}},
    "conditions.reclassification": {
        "base": {"en": "at the pace of the decade before", "zh": "按过去十年的速度"},
        "frozen": {"en": "frozen", "zh": "冻结"},
    },
    "name": {
        "open_2019": {"en": "open, as since 2019", "zh": "2019年以来的放开政策"},
        "same_city_2015": {"en": "a year of work and insurance (2015)", "zh": "工作并参保满一年（2015年）"},
        "nanning_2012": {"en": "Nanning's rules of 2012", "zh": "南宁市2012年落户条件"},
    },
    "conditions.border_moves": {"on": {"en": "open", "zh": "允许"}, "off": {"en": "closed", "zh": "关闭"}},
}
"""Values of a setting that have words; the empty text stands for a setting that is left out."""

SETTING_PARTS: dict[str, dict[str, str]] = {
    "from": {"en": "from {value}", "zh": "{value}起"},
    "to": {"en": "to {value}", "zh": "至{value}"},
    "value": {"en": "times {value}", "zh": "为基期的{value}倍"},
    "total": {"en": "{value}", "zh": "{value}"},
    "places": {"en": "in {value}", "zh": "分布：{value}"},
    "name": {"en": "{value}", "zh": "{value}"},
    "awareness": {"en": "{value} know of it", "zh": "知晓率{value}"},
    "processing_months": {"en": "{value} months to the permit", "zh": "办理时间{value}个月"},
    "mobility": {"en": "mobility times {value}", "zh": "流动率为平时的{value}倍"},
}
"""Parts of a setting that has several, such as a spell of time."""

SETTINGS: dict[str, dict[str, str]] = {
    "base": {"en": "Starting census", "zh": "起始普查"},
    "until": {"en": "Last month", "zh": "模拟截止月份"},
    "committed": {"en": "Committed measures", "zh": "既定措施"},
    "conditions": {"en": "Conditions", "zh": "外部环境"},
    "conditions.growth_per_year": {
        "en": "Growth of urban labour demand a year",
        "zh": "城镇劳动力需求年增长率",
    },
    "conditions.outside_wage_per_year": {
        "en": "Growth of outside wages a year",
        "zh": "区外相对工资年增长率",
    },
    "conditions.outside_jobs": {"en": "Job prospects outside Guangxi", "zh": "区外就业前景"},
    "conditions.epidemic": {"en": "Epidemic", "zh": "疫情影响期"},
    "conditions.reclassification": {"en": "Places turning urban", "zh": "城乡划分调整"},
    "conditions.border_moves": {"en": "Moves over the provincial border", "zh": "跨区流动"},
    "levers": {"en": "Measures", "zh": "政策措施"},
}


def say(key: str, lang: str, **values: object) -> str:
    """The text of that key, filled."""
    return TEXTS[key][lang].format(**values)


def indicator_name(name: str, lang: str) -> str:
    """An indicator's name for people; its code where the catalogue does not know it."""
    return INDICATORS.get(name, {}).get(lang, name)


def setting_name(path: str, lang: str) -> str:
    """A setting's name for people; its path where the catalogue does not know it."""
    part, _, lever = path.partition(".")
    if part in ("levers", "committed") and lever in CATALOGUE:
        name = CATALOGUE[lever].name_and_unit(lang)
        return name if part == "levers" else say("committed_lever", lang, name=name)
    return SETTINGS.get(path, {}).get(lang, path)


def measure_name(lever: str, lang: str) -> str:
    """A measure's name without the unit that its size stands in: for tables that count people."""
    known = CATALOGUE.get(lever)
    return known.name(lang) if known else f"levers.{lever}"


def setting_value(path: str, value: object, lang: str) -> str:
    """A setting's value for people; the value itself where the catalogue has no words for it."""
    if value is None:
        unset = "no_lever" if path.partition(".")[0] in ("levers", "committed") else "unset"
        return SETTING_VALUES.get(path, {}).get("", TEXTS[unset])[lang]
    if isinstance(value, list):
        return ("; " if lang == "en" else "；").join(setting_value(path, item, lang) for item in value)
    if isinstance(value, dict):
        parts = [
            SETTING_PARTS[key][lang].format(value=setting_value(key, inner, lang))
            if key in SETTING_PARTS
            else f"{key} {setting_value(key, inner, lang)}"
            for key, inner in value.items()
        ]
        run_on = "value" in value or "mobility" in value  # a sentence's words, not items of a list
        return ({"en": " ", "zh": ""} if run_on else {"en": ", ", "zh": "，"})[lang].join(parts)
    if path.endswith("_per_year") and isinstance(value, int | float):
        return f"{100 * value:+.4g}%".replace("-", "−")
    if path == "awareness" and isinstance(value, int | float):
        return f"{100 * value:.4g}%"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.10g}".replace("-", "−")
    return SETTING_VALUES.get(path, {}).get(str(value), {}).get(lang, str(value))
