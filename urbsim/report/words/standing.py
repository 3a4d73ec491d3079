"""What the numbers rest on: above the page where that is not the fit, in section 11, and under the verdicts of a run."""

TEXTS: dict[str, dict[str, str]] = {
    "standing_priors": {
        "en": "Not calibrated: the numbers come from priors or starting values. This is a test of the machinery and no "
        "forecast.",
        "zh": "未经校准：参数取自先验分布或初始值。结果仅用于检验模型运行，不得作为预测引用。",
    },
    "standing_off": {
        "en": "Off the fit: numbers or rules that the fit settled were changed since. Read this as a what-if and not as a "
        "forecast of the fitted model. What was changed: {why}.",
        "zh": "已偏离校准：校准后又改动了参数或规则，结果仅为假设推演，不代表校准模型的预测。改动内容：{why}。",
    },
    "standing_more": {"en": "; and {n} more", "zh": "；另有{n}项"},
    "standing_why_parameter": {
        "en": "parameter {name} has other numbers than when the fit was made",
        "zh": "参数{name}的取值与校准时不同",
    },
    "standing_why_condition": {
        "en": "conditions.{name} takes the place of a fitted number",
        "zh": "情景设定conditions.{name}取代了校准值",
    },
    "standing_why_behaviour": {
        "en": "behaviour.{name} is {value}, which is not that of the draw",
        "zh": "行为规则behaviour.{name}取{value}，与该组校准参数所用规则不同",
    },
    "standing_fitted": {
        "en": "Fitted to 2010-2020 ({protocols}). No year that the fit had not seen confirms it yet: "
        "calibration/VALIDATION.md has its scores beside those of simple rules.",
        "zh": "参数依据2010—2020年资料校准（{protocols}），尚无校准时未使用年份的资料可供检验；与简单推算方法的比较见 "
        "calibration/VALIDATION.md。",
    },
    "standing_protocol": {
        "en": "protocol {name}, version {version}, {digest}",
        "zh": "规程 {name}，第{version}版，{digest}",
    },
}
