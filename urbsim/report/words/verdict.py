"""Section 1, the question and the answer: verdicts on targets, and scenarios with equal results."""

TEXTS: dict[str, dict[str, str]] = {
    "s_verdict": {"en": "The answer", "zh": "结论"},
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
        "en": "Met in {met} of {n} runs ({strict} of them strictly); typically {what}, {gap} {side} {threshold}. "
        "A probability needs at least {needed} parameter draws; here there are {draws}.",
        "zh": "{n}次模拟中有{met}次达到目标（其中{strict}次达到严格口径）；中位数为{what}，比{threshold}{side}{gap}。"
        "给出概率至少需要{needed}组参数，目前为{draws}组。",
    },
    "sentence_one_draw": {
        "en": "{n} runs of one parameter draw differ by luck alone: {what}, {gap} {side} {threshold}. How often they meet the "
        "target says nothing of how likely it is; that needs at least {needed} parameter draws.",
        "zh": "{n}次模拟采用同一组参数，差异仅来自随机因素：中位数为{what}，比{threshold}{side}{gap}。"
        "其中达标次数不代表达标概率；给出概率至少需要{needed}组参数。",
    },
    "one_draw": {"en": "One draw", "zh": "单组参数"},
    "few_draws": {"en": "Too few draws to say", "zh": "参数组数不足，不作判断"},
    "badge_met": {"en": "Met in one run", "zh": "单次模拟达到"},
    "badge_about": {"en": 'Met in one run as "about"', "zh": "单次模拟达到“左右”口径"},
    "badge_missed": {"en": "Missed in one run", "zh": "单次模拟未达到"},
    "sentence_probability": {
        "en": "{word} ({chance} in 100); typically {what}, {gap} {side} {threshold}. Nine in ten draws lie between {low} and "
        "{high}.",
        "zh": "{word}（达标概率{chance}%）；中位数为{what}，比{threshold}{side}{gap}；90%区间为{low}至{high}。",
    },
    "sentence_probabilities": {
        "en": "{word} ({chance} in 100; strictly {strict} in 100); typically {what}, {gap} {side} {threshold}. Nine in ten "
        "draws lie between {low} and {high}.",
        "zh": "{word}（达标概率{chance}%，严格口径{strict}%）；中位数为{what}，比{threshold}{side}{gap}；90%区间为{low}至{high}。",
    },
    "rule_chance": {"en": "{chance} in 100: {word}", "zh": "{chance}%，{word}"},
    "chance_met": {"en": "Very likely met", "zh": "极有可能达到"},
    "chance_likely": {"en": "Likely met", "zh": "较可能达到"},
    "chance_unlikely": {"en": "Likely missed", "zh": "较可能达不到"},
    "chance_missed": {"en": "Very likely missed", "zh": "极有可能达不到"},
    "name_urban": {"en": "{threshold} of residents urban {when}", "zh": "{when}常住人口城镇化率{threshold}"},
    "name_other": {"en": "{threshold} {name} {when}", "zh": "{when}{name}{threshold}"},
    "name_urban_short": {"en": "{threshold} urban", "zh": "城镇化率{threshold}"},
    "name_short": {"en": "{threshold} {name}", "zh": "{name}{threshold}"},
    "threshold_about": {"en": "About {threshold}", "zh": "{threshold}左右"},
    "threshold_least": {"en": "{threshold}", "zh": "{threshold}"},
    "threshold_most": {"en": "{threshold} or less", "zh": "{threshold}及以下"},
    "what_urban": {"en": "{value} of residents urban {when}", "zh": "{when}常住人口城镇化率为{value}"},
    "what_other": {"en": "{value} {name} {when}", "zh": "{when}{name}{value}"},
    "what_share": {"en": "{name} {value} {when}", "zh": "{when}{name}为{value}"},
    "at_end_of": {"en": "at the end of {month}", "zh": "{month}末"},
    "over_years": {"en": "over {first}–{last}", "zh": "{first}—{last}年累计"},
    "over_months": {"en": "from {first} to {last}", "zh": "{first}至{last}累计"},
    "gap_share": {"en": "{points} points, or {people} residents,", "zh": "{points}个百分点（约{people}）"},
    "gap_points": {"en": "{points} points", "zh": "{points}个百分点"},
    "gap_count": {"en": "{people}", "zh": "{people}"},
    "side_short": {"en": "short of", "zh": "低"},
    "side_above": {"en": "above", "zh": "高"},
    "side_below": {"en": "below", "zh": "低"},
    "side_short_count": {"en": "short of", "zh": "少"},
    "side_above_count": {"en": "above", "zh": "多"},
    "side_below_count": {"en": "below", "zh": "少"},
    "rests_on": {"en": "From {n} runs with {draws} parameter draws.", "zh": "依据{draws}组参数、{n}次模拟。"},
    "rests_on_one": {"en": "From one run.", "zh": "依据单次模拟。"},
    "coverage": {
        "en": " At the low end (5%) of the coverage believed it would be {low} ({low_state}), at the high end (95%) {high} "
        "({high_state}).",
        "zh": "若统计覆盖率取假设范围的低端（5%），则为{low}（{low_state}）；取高端（95%），则为{high}（{high_state}）。",
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
    "out_of_step": {
        "en": "{names} have the same settings but different results. They were made by different versions of the "
        "program or its data: run them again before comparing.",
        "zh": "{names}的设定相同而结果不同，说明并非由同一版本的程序或数据生成；请重新模拟后再作比较。",
    },
    "unequal_settings": {
        "en": "Their settings differ (see Key indicators and settings), but without effect in these runs.",
        "zh": "各情景的设定差异（见“主要指标与设定”）在本次模拟中未产生影响。",
    },
    "note_known_year": {
        "en": "What stands here is the model's word: for {year}, the one later year that was known, it says {own}, {points} "
        "points {side} the published {published}.",
        "zh": "以上仅为模型推算：对建模时已知的{year}年，模型值为{own}，比公布数{published}{side}{points}个百分点。",
    },
    "known_above": {"en": "above", "zh": "高"},
    "known_below": {"en": "below", "zh": "低"},
    "note_conditional": {
        "en": "This verdict is conditional: it holds under the outside conditions that the scenario sets (see Key indicators and settings).",
        "zh": "本结论为有条件结论：以情景设定的外部环境为前提（见“主要指标与设定”）。",
    },
    "note_unconditional": {
        "en": "This verdict is unconditional: it rests only on conditions foreseeable at the end of 2020.",
        "zh": "本结论为前瞻性结论：外部环境仅按2020年末可预见的情况设定。",
    },
    "province_target": {
        "en": "The targets are set for the whole of Guangxi; the verdicts below are the province's. Charts of the "
        "path, the components and the table of key indicators show {place}.",
        "zh": "目标针对全自治区设定，以下结论均指全自治区；城镇化率走势、变动构成和主要指标表反映的是{place}。",
    },
}
