"""Sections of what other commands left beside the runs: who earned how much, and what it would take."""

TEXTS: dict[str, dict[str, str]] = {
    "s_shares": {"en": "Who earned how much", "zh": "各项行动的贡献"},
    "shares_player": {"en": "Part of the plan", "zh": "组成部分"},
    "shares_head": {"en": "{name}, {unit}", "zh": "{name}（{unit}）"},
    "shares_whole": {"en": "Together", "zh": "合计"},
    "shares_by_programme": {"en": "Shares of the programmes{within}", "zh": "各行动的贡献份额{within}"},
    "shares_by_measure": {"en": "Shares of the measures {within}", "zh": "各措施的贡献份额（{within}）"},
    "shares_by_lever": {"en": "Shares of the levers {within}", "zh": "各政策工具的贡献份额（{within}）"},
    "shares_by_other": {"en": "Shares {within}", "zh": "贡献份额（{within}）"},
    "plus_minus": {"en": "{value} ± {error}", "zh": "{value}（±{error}）"},
    "unit_much_money": {"en": "million yuan", "zh": "亿元"},
    "shares_note": {
        "en": "Shapley shares: what a part adds, averaged over all orders in which the parts could come; so shares sum to the whole. "
        "After ± stands the standard error, over {n} parameter draws (seeds of each: {seeds}; {runs} runs in all, at scale {scale}). "
        "Grey: less than two standard errors from nothing. Pairs that change the whole by less than a tenth are not named.",
        "zh": "贡献份额按沙普利值计算：对各部分加入的所有先后顺序求平均，份额之和等于总体作用。±后为标准误，依据{n}组参数、每组{seeds}次（共{runs}次模拟，抽样比例{scale}）；"
        "灰色表示与零的差距不足两倍标准误。相互影响不足总体作用十分之一的组合不列出。",
    },
    "shares_cover": {
        "en": "{pair} cover for each other ({name}: {value} {unit}): together they add less than each alone would suggest. "
        "Cutting one of them costs little while the other stays.",
        "zh": "{pair}可相互替代（{name}：{value}{unit}）：两者并行的作用小于各自单独作用之和，保留其一时取消另一项损失较小。",
    },
    "shares_need": {
        "en": "{pair} need each other ({name}: {value} {unit}): together they add more than each alone.",
        "zh": "{pair}相互依存（{name}：{value}{unit}）：两者并行的作用大于各自单独作用之和。",
    },
    "s_seek": {"en": "What it would take", "zh": "达标所需投入"},
    "seek_doses": {"en": "The dose for each probability", "zh": "达到各概率所需力度"},
    "seek_mixes": {"en": "The cheapest mix", "zh": "成本最低的组合"},
    "seek_player": {"en": "What is raised", "zh": "投入"},
    "seek_goal": {"en": "Goal", "zh": "目标"},
    "seek_probability": {"en": "Probability wanted", "zh": "要求概率"},
    "seek_multiple": {"en": "Dose, times the plan", "zh": "所需力度（计划的倍数）"},
    "seek_there": {"en": "Probability with it", "zh": "届时概率"},
    "seek_yuan": {"en": "Cost of the dose, million yuan", "zh": "该力度支出（亿元）"},
    "seek_yuan_all": {"en": "Spending in all, million yuan", "zh": "总支出（亿元）"},
    "seek_reads": {"en": "In words", "zh": "结论"},
    "seek_mix": {"en": "Mix, times the plan", "zh": "组合（计划的倍数）"},
    "seek_part": {"en": "{name} × {multiple}", "zh": "{name}×{multiple}"},
    "seek_none_of_them": {"en": "none of them", "zh": "均不新增"},
    "seek_at_most": {"en": "at most {value}", "zh": "最多{value}"},
    "seek_strict": {"en": "{title}, strictly", "zh": "{title}（严格口径）"},
    "seek_about": {"en": "about {title}", "zh": "{title}左右"},
    "seek_said": {"en": "{goal}: {chances}", "zh": "{goal}：{chances}"},
    "seek_said_free": {"en": "{there} likely without the plan", "zh": "不实施计划的达标概率为{there}"},
    "seek_said_dose": {
        "en": "{chance} likely with {multiple} times the plan",
        "zh": "达标概率要达到{chance}，需计划力度的{multiple}倍",
    },
    "seek_said_none": {"en": "{chance} likely, {reads}", "zh": "达标概率达到{chance}，{reads}"},
    "seek_said_apart": {
        "en": " From other runs than the verdicts above (scale {scale}), so a probability may differ by a few points.",
        "zh": "以上依据另一批模拟（抽样比例{scale}），概率与上文结论可能相差几个百分点。",
    },
    "seek_note": {
        "en": 'Of "{scenario}": {runs} runs with {draws} parameter draws at scale {scale}, doses up to {most} times the plan. '
        "Costs are medians; unit costs are mostly assumptions.",
        "zh": "“{scenario}”：{draws}组参数、共{runs}次模拟，抽样比例{scale}，力度最大为计划的{most}倍。支出为中位数，单位成本多为假设值。",
    },
    "seek_reads_met_without_it": {"en": "met without it", "zh": "不实施也能达到"},
    "seek_reads_met": {"en": "met with this dose", "zh": "该力度可达到"},
    "seek_reads_more_moves_nothing": {
        "en": "cannot be: more moves nothing",
        "zh": "无法达到：再加大投入也不再起作用",
    },
    "seek_reads_moves_away_from_it": {
        "en": "cannot be: it moves away from the goal",
        "zh": "无法达到：投入越大离目标越远",
    },
    "seek_reads_no_sure_effect": {"en": "cannot be: no sure effect", "zh": "无法达到：效果不显著"},
    "seek_reads_not_up_to_the_largest_dose": {"en": "not up to the largest dose", "zh": "最大倍数仍未达到"},
    "seek_reads_cheapest_mix": {"en": "cheapest mix", "zh": "成本最低的组合"},
    "seek_reads_not_for_the_envelope": {"en": "not for the envelope", "zh": "资金限额内无法达到"},
    "seek_reads_not_with_any_mix": {"en": "not with any mix", "zh": "任何组合都无法达到"},
    "seek_reads_named_not_confirmed": {
        "en": "named by the estimate, not confirmed by runs",
        "zh": "推算可达到，实际模拟未证实",
    },
}
