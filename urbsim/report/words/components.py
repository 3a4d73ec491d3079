"""Section 3, where the change in urban residents comes from."""

TEXTS: dict[str, dict[str, str]] = {
    "s_components": {
        "en": "Where the change comes from, and who moves where",
        "zh": "城镇常住人口变动的构成与人口流向",
    },
    "components_title": {
        "en": "Change of urban residents since the census, thousand",
        "zh": "普查以来城镇常住人口变动（万人）",
    },
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
    "residual": {"en": "Left over (sampled persons)", "zh": "收支核对余差（样本人）"},
    "components_alt": {
        "en": "Stacked bars of the components of change in urban residents of {place}. {leads}",
        "zh": "堆积条形图：{place}城镇常住人口变动的构成。{leads}",
    },
    "components_note": {
        "en": "Bars to the right add urban residents, bars to the left take them away; the triangle marks the total. "
        "Everything is counted at the place where people are residents (six-month rule). The accounts close: "
        "what is left over is {residual} sampled persons.",
        "zh": "向右为增加，向左为减少，三角处为合计。各项均按常住口径（半年以上）统计。"
        "收支核对无误差（余差{residual}个样本人）。",
    },
    "components_open": {
        "en": "Bars to the right add urban residents, bars to the left take them away; the triangle marks the total. "
        "WARNING: the accounts do not close: {residual} sampled persons are left over. Do not use these runs.",
        "zh": "向右为增加，向左为减少，三角处为合计。警告：收支核对有误差，余差为{residual}个样本人，请勿使用本次模拟结果。",
    },
    "components_frozen": {
        "en": "{name}: without the places that turned urban where they stand, the share at the end would be {share} instead of "
        "{with_share} (by subtraction, not by a separate run).",
        "zh": "{name}：若扣除城乡划分调整转入的人口，期末城镇化率为{share}，而非{with_share}（为直接扣减结果，并非单独模拟）。",
    },
    "components_total": {"en": "in all {value}", "zh": "合计{value}"},
    "medians_note": {
        "en": "All figures are medians over the draws. So the parts need not add up exactly to the total; in every single run "
        "they do.",
        "zh": "各数均为各组参数模拟结果的中位数，分项相加不一定等于合计；每次模拟内部收支核对无误差。",
    },
    "axis_people": {"en": "thousand residents", "zh": "万人"},
}
