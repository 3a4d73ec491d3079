"""Section 11, how far to trust the results."""

TEXTS: dict[str, dict[str, str]] = {
    "s_trust": {"en": "How far to trust it", "zh": "结果的可信程度"},
    "trust_scale": {
        "en": "One household in {inverse} was simulated, and each of its members counts {inverse} times. So figures of small "
        "counties and small flows are rough.",
        "zh": "按每{inverse}户抽取1户模拟，每个样本人代表{inverse}人；小县和小规模流动的结果误差较大。",
    },
    "trust_full": {"en": "Every person was simulated; no sampling.", "zh": "模拟覆盖全部人口，未作抽样。"},
    "trust_assumed": {
        "en": "{assumed} of {total} parameters are assumptions.",
        "zh": "{total}个参数中有{assumed}个为假设值。",
    },
    "trust_left_out": {
        "en": "docs/limitations.md says what must not be concluded from the model.",
        "zh": "不宜由模型得出的结论，见 docs/limitations.md。",
    },
    "left_out": {
        "en": "Of the {all} measures of the plan the model carries {whole} as the plan words it and {partial} in "
        "part.",
        "zh": "行动计划共{all}项措施，其中{whole}项已按计划表述建模，{partial}项部分建模。",
    },
    "left_out_names": {"en": " {none} not at all: {names}.", "zh": "{none}项尚未建模：{names}。"},
    "left_out_table": {
        "en": "Measures that the model carries in part or not at all",
        "zh": "部分建模或尚未建模的措施",
    },
    "left_out_measure": {"en": "Measure", "zh": "措施"},
    "left_out_status": {"en": "In the model", "zh": "建模情况"},
    "left_out_weakest": {"en": "Weakest assumption", "zh": "最薄弱的假设"},
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
    "status_own": {"en": "set by the scenario", "zh": "情景自行设定"},
    "status_mixed": {"en": "assumed in part", "zh": "部分为假设"},
    "status_": {"en": "–", "zh": "—"},
    "status_derived": {"en": "derived", "zh": "推算"},
}
