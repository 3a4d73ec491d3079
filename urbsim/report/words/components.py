"""Section 3, where the change in urban residents comes from."""

TEXTS: dict[str, dict[str, str]] = {
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
}
