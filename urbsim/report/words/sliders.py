"""The section of sliders, and the page of `urbsim explore`."""

TEXTS: dict[str, dict[str, str]] = {
    "slider_growth_per_year": {"en": "Growth of urban labour demand a year", "zh": "城镇劳动力需求年增长率"},
    "slider_outside_wage_per_year": {
        "en": "Growth of outside wages a year, above that of Guangxi's cities",
        "zh": "区外工资年增长率（高于区内城市的部分）",
    },
    "slider_outside_jobs": {
        "en": "Job prospects outside Guangxi from {first} on, 1 = as ever",
        "zh": "{first}起区外就业前景（1为不变）",
    },
    "slider_epidemic_mobility": {
        "en": "Mobility in {year}, 1 = as ever",
        "zh": "{year}年人口流动意愿（1为正常）",
    },
    "slider_epidemic_hiring": {"en": "Hiring in {year}, 1 = as ever", "zh": "{year}年招工进度（1为正常）"},
    "slider_reclassification": {
        "en": "Places turn urban where they stand: frozen",
        "zh": "冻结城乡划分调整",
    },
    "slider_moved": {"en": "sliders moved", "zh": "已调整参数"},
}
